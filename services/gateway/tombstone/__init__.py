"""Which jobs are gone from the tables, since when and why: no record brings one of them back."""
