"""Runs a real stack under a steady load and every fault at once, from a seed. Not a test."""
