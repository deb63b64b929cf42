"""Processes kept alive on this machine: specs in, running services out."""
