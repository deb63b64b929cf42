"""Insert-or-update and insert-or-ignore: the one place where SQL depends on the database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]

COUNTED = {"preserve_rowcount": True}
"""Of inserts SQLAlchemy asks for the count only on demand."""

_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_STATEMENTS: dict[tuple[str, str, bool, str], Any] = {}


def upsert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows; where the primary key exists, set the other columns."""
    if rows:
        connection.execute(build_insert(connection.dialect.name, table, is_update=True), rows)


def upsert_newer(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Upsert rows with a version; one that is there in the same or a later version stays.

    Returns:
        How many rows were written.
    """
    if not rows:
        return 0
    statement = build_insert(connection.dialect.name, table, is_update=True, grows="version")
    return connection.execute(statement, rows, execution_options=COUNTED).rowcount


def insert_missing(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Insert rows; where a unique key exists, leave its row as it is.

    Returns:
        How many rows were inserted.
    """
    if not rows:
        return 0
    statement = build_insert(connection.dialect.name, table, is_update=False)
    return connection.execute(statement, rows, execution_options=COUNTED).rowcount


def build_insert(dialect: str, table: Table, *, is_update: bool, grows: str = "") -> Any:
    """The statement, built once per table: that makes it cheap to run."""
    key = (dialect, table.name, is_update, grows)
    if key not in _STATEMENTS:
        _STATEMENTS[key] = _build(dialect, table, is_update, grows)
    return _STATEMENTS[key]


def _build(dialect: str, table: Table, is_update: bool, grows: str) -> Any:
    statement = _INSERTS[dialect](table)
    if not is_update:
        return statement.on_conflict_do_nothing()
    values = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
    where = table.c[grows] < statement.excluded[grows] if grows else None
    keys = list(table.primary_key)
    return statement.on_conflict_do_update(index_elements=keys, set_=values, where=where)
