"""What is asked of a model server and what it says back, as values."""
