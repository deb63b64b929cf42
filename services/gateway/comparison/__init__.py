"""A replay in, what it has changed out: as JSON, and as files for people."""
