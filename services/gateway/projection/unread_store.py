"""Keeps what a later release has written, as it came, to be read again at each start."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, select, tuple_

from services.gateway.database.upsert import insert_missing
from services.gateway.dead_letter.stored_letter import read_headers, write_headers
from services.gateway.projection.table import UNREAD
from services.kafka import ConsumedRecord

_C = UNREAD.c
_PLACE: Any = tuple_(_C.topic, _C.partition, _C.offset)
_LIST = select(UNREAD).order_by(_C.topic, _C.partition, _C.offset)

Place = tuple[str, int, int]
"""Topic, partition and offset."""


def keep_unread(connection: Connection, records: Sequence[ConsumedRecord]) -> None:
    """Keep records with their bytes: their topics may have let them go by the next start."""
    insert_missing(connection, UNREAD, [_write(record) for record in records])


def list_unread(connection: Connection, after: Place | None, limit: int) -> list[ConsumedRecord]:
    """The kept records that come after a place, in the order of their places."""
    query = _LIST if after is None else _LIST.where(after < _PLACE)
    return [_read(row) for row in connection.execute(query.limit(limit))]


def forget_unread(connection: Connection, record: ConsumedRecord) -> None:
    """Let go of a record that has been read."""
    connection.execute(delete(UNREAD).where(place_of(record) == _PLACE))


def count_unread(connection: Connection) -> int:
    """How many records wait for an upgrade."""
    return connection.execute(select(func.count()).select_from(UNREAD)).scalar_one()


def place_of(record: ConsumedRecord) -> Place:
    """Where a record lies."""
    return record.topic, record.partition, record.offset


def _write(record: ConsumedRecord) -> dict[str, Any]:
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp_ms": record.timestamp_ms,
        "key": record.key or b"",
        "headers": write_headers(record.headers),
        "value": record.value,
    }


def _read(row: Any) -> ConsumedRecord:
    return ConsumedRecord(
        row.topic,
        row.partition,
        row.offset,
        row.timestamp_ms,
        row.key,
        row.value,
        read_headers(row.headers),
    )
