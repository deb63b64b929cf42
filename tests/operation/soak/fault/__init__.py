"""The kinds of faults: each is planted for as long as a context is open, which says what it hit."""
