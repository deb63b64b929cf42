"""Webhooks of a gateway, and what they were told, shown in a terminal."""
