"""Facts of all jobs in, each with its place in one order, so that any reader can go on, out."""
