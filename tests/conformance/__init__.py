"""The document against the server: what schemathesis makes up, sends and finds."""
