"""A job's final table in; a file out: CSV, .xlsx, or a person's own CSV with what was proposed."""
