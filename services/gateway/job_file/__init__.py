"""A job in, all that is known of it as one file out, without its secrets."""
