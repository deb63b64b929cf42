"""POST of a job in, a record in the first stage's requests out."""
