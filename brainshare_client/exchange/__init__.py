"""A request and its answer as values: what is asked, what it came to, whether to ask again."""
