"""Alembic's versions of the tables: an old database in, a current one out."""
