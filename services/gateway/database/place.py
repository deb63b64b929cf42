"""Places in lists that go by time, and the order of such a list."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, tuple_


@dataclass(frozen=True, order=True)
class Place:
    """A row's place in a list: lists go from the greatest place down."""

    at_us: int
    id: str


def is_after(table: Table, place: Place) -> ColumnElement[bool]:
    """Whether a job comes after a place in a list."""
    columns: Any = (table.c.accepted_us, table.c.job_id)
    return tuple_(*columns) < (place.at_us, place.id)


def newest_first(table: Table) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The order of a list of jobs."""
    return table.c.accepted_us.desc(), table.c.job_id.desc()


@dataclass(frozen=True)
class Span:
    """Part of a list that goes from the oldest on: after one place, up to another."""

    after: Place | None
    until: Place
