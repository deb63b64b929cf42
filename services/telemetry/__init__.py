"""Logs, metrics and health of a process: what happened in, what an operator reads out."""
