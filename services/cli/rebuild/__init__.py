"""What a rebuild of the tables found in, lines and an object for programs out."""
