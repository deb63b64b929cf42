"""A gateway as commands ask it: by the Python client, patiently, told in words of a command."""
