"""What a backup, a check or a restore came to in, lines and an object for programs out."""
