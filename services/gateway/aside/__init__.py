"""The topics in, the status tables made anew out: on one connection, beside the live ones."""
