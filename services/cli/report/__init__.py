"""A comparison of a replay in; how it looks in a terminal out."""
