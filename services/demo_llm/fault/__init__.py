"""Failures that this server acts out on demand."""
