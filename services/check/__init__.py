"""Checks: from what a model says to what may be proposed. Pure; knows data types, not stages."""
