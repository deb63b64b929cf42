"""Replays over HTTP: which jobs of the past run again, how far that is, and what it has changed."""
