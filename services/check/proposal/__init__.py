"""What a model proposes in, what may be proposed out, with the findings."""
