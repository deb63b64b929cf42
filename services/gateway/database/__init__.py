"""One database, however many tables: transactions, moments, places in lists."""
