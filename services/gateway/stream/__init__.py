"""Changes of a job in, server-sent events out."""
