"""Errors that are alike as one: those of the stages, and those of the gateway itself."""
