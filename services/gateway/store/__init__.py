"""The tables: plain functions over one connection each, run as one transaction in one hop."""
