"""Pages of what goes wrong: groups of errors in, what a person decides of each out."""
