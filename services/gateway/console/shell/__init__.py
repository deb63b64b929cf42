"""What every page of the console stands in: a template and values in, a page out."""
