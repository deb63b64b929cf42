"""What the API answers, and what it is asked to do with dead letters."""
