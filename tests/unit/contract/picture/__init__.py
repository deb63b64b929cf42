"""Approved pictures: what every command shows, on terminals of several kinds, to be read."""
