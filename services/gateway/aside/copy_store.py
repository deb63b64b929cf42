"""Puts tables that were made anew where others can look at them."""

from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.schema import CreateIndex, CreateSchema, CreateTable

from services.gateway.aside.table import qualify
from services.gateway.dead_letter.table import DEAD_LETTERS
from services.gateway.job.table import HISTORY, JOBS, RESULTS
from services.gateway.listing.table import JOB_MARKS
from services.gateway.tenant.table import SPENDING
from services.gateway.usage.table import RESULT_USAGE

SHOWN = (JOBS, JOB_MARKS, RESULTS, HISTORY, DEAD_LETTERS, SPENDING, RESULT_USAGE)


def has_schema(connection: Connection, name: str) -> bool:
    """Whether there is one of this name."""
    return name in inspect(connection).get_schema_names()


def copy_out(connection: Connection, schema: str) -> None:
    """Copy the tables into a schema: one that is attached, or of a server, where it is made."""
    if connection.dialect.name == "postgresql":
        connection.execute(CreateSchema(schema))
    for anew, there in zip(SHOWN, qualify(SHOWN, schema).values(), strict=True):
        connection.execute(CreateTable(there))
        names = [column.name for column in anew.columns]
        connection.execute(insert(there).from_select(names, select(anew)))
        for index in there.indexes:
            connection.execute(CreateIndex(index))
