"""What is true of jobs, kept as marks that each have an index; a filter in, pages of jobs out."""
