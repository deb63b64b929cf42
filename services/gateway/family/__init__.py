"""A job in; the jobs that it came from, and those that came of them, out."""
