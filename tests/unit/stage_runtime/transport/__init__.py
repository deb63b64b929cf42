"""Faust's transport as a stage uses it."""
