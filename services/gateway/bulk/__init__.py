"""One act on many jobs in, done to one after the other, with what became of each out."""
