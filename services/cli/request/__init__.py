"""What a person typed in: a table file, a text or a request; the body of a POST out."""
