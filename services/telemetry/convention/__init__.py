"""The names that others gave to what we measure, apart from our own, which are the contract."""
