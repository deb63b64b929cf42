"""A failed job in, its open dead letters back in their stages' requests out."""
