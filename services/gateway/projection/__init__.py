"""Records of every topic in, rows of every table out, with the offsets, in one transaction."""
