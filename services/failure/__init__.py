"""Everything that can go wrong with a record, and what follows from it: one tree, one table."""
