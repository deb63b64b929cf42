"""A replay's result in, as the current one of the job that it is a replay of, or the old out."""
