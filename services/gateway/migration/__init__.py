"""Alembic's versions of the tables, applied at start: an old database in, a current one out."""
