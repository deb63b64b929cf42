"""What services write: turned over at a size, read from its end, told for a person."""
