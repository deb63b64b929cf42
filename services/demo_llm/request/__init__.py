"""A chat request as this server reads it."""
