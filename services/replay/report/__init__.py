"""A comparison of a replay in; as CSV, as one page, and as two tables side by side out."""
