"""The JSON in what a model says: found, its punctuation mended, brought into its schema's form."""
