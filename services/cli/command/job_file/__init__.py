"""The commands about jobs as files: written and read, each a file."""
