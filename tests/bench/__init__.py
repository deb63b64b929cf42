"""Measures the real stack: jobs in at the gateway, figures out. Not a test."""
