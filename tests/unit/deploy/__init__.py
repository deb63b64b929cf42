"""What is deployed: the files beside the code, held against the code."""
