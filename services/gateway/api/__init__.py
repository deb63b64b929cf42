"""What every route shares: bodies and parameters in, answers and problems out."""
