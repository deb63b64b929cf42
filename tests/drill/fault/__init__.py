"""The faults that are planted, a file for each kind."""
