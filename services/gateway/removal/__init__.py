"""Jobs that are old, or that an operator names, out of the tables; a tombstone of each stays."""
