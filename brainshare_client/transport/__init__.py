"""Performs the steps of a flow over HTTP, blocking or awaiting; nothing is decided here."""
