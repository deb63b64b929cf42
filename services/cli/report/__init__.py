"""A comparison of a replay in; how it looks in a terminal, as CSV, and as one page out."""
