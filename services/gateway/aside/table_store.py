"""Makes the tables anew, empty, and says how far they and the live ones are."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select, text
from sqlalchemy.schema import CreateIndex, CreateTable

from services.gateway.aside.table import BEGINS, NOTES, TEMPORARY, Tables, qualify
from services.gateway.projection.store import Projection
from services.gateway.projection.table import PROJECTED
from services.kafka import Position

NEEDED = ("history_by_job", "rebuild_differences_by_job")
"""Of the indexes those that a comparison goes by; no list is answered from these tables."""

CACHE_KIB = 64 * 1024
"""By default SQLite keeps 2 MB of what is temporary in memory, and writes and reads the rest."""


def make_tables(connection: Connection) -> None:
    """Make them, without indexes: they are filled faster so."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA temp.cache_size = -{CACHE_KIB}"))
    for table in _own(connection).values():
        connection.execute(CreateTable(table))


def finish_tables(connection: Connection) -> None:
    """Make what a comparison goes by, once they are filled."""
    for table in _own(connection).values():
        for index in table.indexes:
            if index.name in NEEDED:
                connection.execute(CreateIndex(index))
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ANALYZE {table.fullname}"))


def load_live(connection: Connection, live: Tables) -> Projection | None:
    """How far the live tables are; None where they were never filled."""
    row = connection.execute(select(live["projection"])).first()
    if row is None:
        return None
    rows = connection.execute(select(live["positions"]))
    at = {(row.topic, row.partition): row.next_offset for row in rows}
    return Projection(row.generation, row.cluster_id, at)


def note_bounds(
    connection: Connection, begin: Mapping[Position, int], places: Mapping[Position, int]
) -> None:
    """Note where the logs begin, and how far the tables made anew are."""
    connection.execute(delete(BEGINS))
    rows = [
        {"topic": topic, "partition": partition, "first": first, "next": places[topic, partition]}
        for (topic, partition), first in begin.items()
    ]
    connection.execute(insert(BEGINS), rows)


def _own(connection: Connection) -> Tables:
    schema = TEMPORARY[connection.dialect.name]
    return qualify((*PROJECTED, *NOTES.tables.values()), schema)
