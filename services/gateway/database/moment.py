"""Moments as the tables hold them, and the order that lists have: newest first."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, tuple_

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Place:
    """A row's place in a list: lists go from the greatest place down."""

    at_us: int
    id: str


def to_us(moment: datetime) -> int:
    """Unix microseconds of an aware moment, exactly."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_us(unix_us: int) -> datetime:
    """An aware moment."""
    return EPOCH + timedelta(microseconds=unix_us)


def is_after(table: Table, place: Place) -> ColumnElement[bool]:
    """Whether a job comes after a place in a list."""
    columns: Any = (table.c.accepted_us, table.c.job_id)
    return tuple_(*columns) < (place.at_us, place.id)


def newest_first(table: Table) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The order of a list of jobs."""
    return table.c.accepted_us.desc(), table.c.job_id.desc()
