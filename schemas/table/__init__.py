"""The user's table, what is suggested for it, and both as a model reads and writes them."""
