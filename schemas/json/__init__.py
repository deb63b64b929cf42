"""The JSON Schemas of the contracts, written from the code."""
