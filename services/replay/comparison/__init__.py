"""Compares answers with those before: a manifest and the topics in; counts and differences out."""
