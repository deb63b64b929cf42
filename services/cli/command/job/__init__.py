"""Commands about jobs: an id or a table in, what becomes of it out."""
