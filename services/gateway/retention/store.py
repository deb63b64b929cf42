"""Finds when records came to a log, as the history of the jobs tells it."""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, select

from services.gateway.job.table import HISTORY
from services.kafka import Position

_FIRST = (
    select(HISTORY.c.at_ms)
    .where(
        HISTORY.c.topic == bindparam("of_topic"),
        HISTORY.c.partition == bindparam("of_partition"),
        HISTORY.c.offset >= bindparam("first"),
    )
    .order_by(HISTORY.c.offset)
    .limit(1)
)


def find_appended(connection: Connection, first: Mapping[Position, int]) -> dict[Position, int]:
    """When the first known record at or after an offset was appended, in Unix milliseconds."""
    found: dict[Position, int] = {}
    for position, offset in first.items():
        topic, partition = position
        told = {"of_topic": topic, "of_partition": partition, "first": offset}
        if (at_ms := connection.execute(_FIRST, told).scalar()) is not None:
            found[position] = at_ms
    return found
