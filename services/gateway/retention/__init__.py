"""Offsets of groups and logs in, what Kafka deleted unread and how near the rest is to it out."""
