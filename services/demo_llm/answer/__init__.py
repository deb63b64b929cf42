"""What is known of a table in, the value of an answer out."""
