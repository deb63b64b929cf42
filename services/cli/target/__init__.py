"""Which stack a command talks to: options, environment and folder in, addresses out."""
