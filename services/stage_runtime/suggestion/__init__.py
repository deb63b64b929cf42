"""A stage's declaration and a job in, a checked suggestion out."""
