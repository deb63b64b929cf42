"""Moments as the tables hold them."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


def to_us(moment: datetime) -> int:
    """Unix microseconds of an aware moment, exactly."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_us(unix_us: int) -> datetime:
    """An aware moment."""
    return EPOCH + timedelta(microseconds=unix_us)
