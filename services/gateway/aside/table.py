"""The live tables by their full names, and what is noted of jobs while both sides are compared.

The names alone are those of the tables made anew, which hide the live ones.
"""

from collections.abc import Mapping

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, String, Table, func, select

from services.gateway.projection.table import PROJECTED

Tables = Mapping[str, Table]
"""By their names."""

TEMPORARY = {"sqlite": "temp", "postgresql": "pg_temp"}
JOB_ID = String(36)

NOTES = MetaData()

LEFT_OUT = Table(
    "rebuild_left_out",
    NOTES,
    Column("job_id", JOB_ID, primary_key=True),
    Column("why", String(16), nullable=False),
)
"""Jobs of which the two sides cannot be held against each other."""

SUSPECTS = Table("rebuild_suspects", NOTES, Column("job_id", JOB_ID, primary_key=True))
"""Jobs that are to be looked at again."""

DIFFERENCES = Table(
    "rebuild_differences",
    NOTES,
    Column("job_id", JOB_ID, nullable=False),
    Column("part", String(32), nullable=False),
    Column("how", String(16), nullable=False),
    Index("rebuild_differences_by_job", "job_id"),
)
"""A row for each that differs."""

BEGINS = Table(
    "rebuild_begins",
    NOTES,
    Column("topic", String(249), primary_key=True),
    Column("partition", BigInteger, primary_key=True, autoincrement=False),
    Column("first", BigInteger, nullable=False),
    Column("next", BigInteger, nullable=False),
)
"""What each log still holds, and how far the tables made anew are."""


def find_live(connection: Connection) -> Tables:
    """The live tables, whatever hides them."""
    schema = "main"
    if connection.dialect.name == "postgresql":
        schema = connection.execute(select(func.current_schema())).scalar_one()
    return qualify(PROJECTED, schema)


def qualify(tables: tuple[Table, ...], schema: str) -> Tables:
    """Tables as they are called in a schema."""
    there = MetaData()
    return {table.name: table.to_metadata(there, schema=schema) for table in tables}
