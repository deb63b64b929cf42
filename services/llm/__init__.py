"""Model calls: a question in, an answer out, within every limit of money, rate and time."""
