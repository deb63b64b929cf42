"""Runs the past again: topics and a choice in; a manifest, new jobs, and what has changed out."""
