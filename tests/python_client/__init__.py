"""The Python client against a gateway over HTTP, in every way that a network has."""
