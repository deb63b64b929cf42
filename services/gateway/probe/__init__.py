"""Looks from outside: records and groups in, lag and the fate of a canary job out."""
