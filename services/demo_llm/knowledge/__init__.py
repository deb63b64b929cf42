"""True facts on known subjects, and what a table is about."""
