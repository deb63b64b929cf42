"""The wall clock. Whoever decides by it takes it as an argument; this is what is passed in."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)
