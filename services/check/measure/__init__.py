"""Numbers as people write them, and the unit or currency beside them; plain digits come out."""
