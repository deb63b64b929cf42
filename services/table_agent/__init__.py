"""The table stage: from a title or a table to what the table is about."""
