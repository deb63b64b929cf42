"""Brings a database up to date."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.brainshare.upgrade'))"
"""Of gateways that start at once one applies the versions, and the others wait until it has."""

FOR_ITS_TURN = "SET LOCAL lock_timeout = '60s'"
FOR_A_TABLE = "SET LOCAL lock_timeout = '5s'"
"""What waits for a table keeps everybody else waiting behind it: it gives up, and tries again."""


class LaterDatabaseError(Exception):
    """A later release has made the tables."""


class EarlierDatabaseError(Exception):
    """An earlier release has made the tables, and one of it may be running on them."""


def require_tables(connection: Any) -> None:
    """Make the tables where there are none, and else require those of this release.

    Raises:
        EarlierDatabaseError: They are of an earlier one.
        LaterDatabaseError: They are of a later one.
    """
    newest = ScriptDirectory.from_config(_configure(connection)).get_current_head()
    there = set(MigrationContext.configure(connection).get_current_heads())
    if there and newest not in there and find_later(connection) is None:
        raise EarlierDatabaseError(
            f"an earlier release has made the database's tables (version {min(there)}): start the"
            " gateway of this release, which brings them up to date"
        )
    upgrade(connection)


def upgrade(connection: Any) -> None:
    """Apply the versions that a database lacks, in the connection's transaction.

    Raises:
        LaterDatabaseError: It has one that this release does not know.
    """
    config = _configure(connection)
    if connection.dialect.name == "postgresql":
        for statement in (FOR_ITS_TURN, ONE_AT_A_TIME, FOR_A_TABLE):
            connection.exec_driver_sql(statement)
    if later := find_later(connection):
        raise LaterDatabaseError(
            f"a later release has made the database's tables (version {later}): run that"
            " release, or set DATABASE_URL to an empty database, which is filled from the topics"
        )
    command.upgrade(config, "head")


def find_later(connection: Any) -> str | None:
    """The version of the tables, where this release does not know it."""
    scripts = ScriptDirectory.from_config(_configure(connection))
    known = {version.revision for version in scripts.walk_revisions()}
    later = set(MigrationContext.configure(connection).get_current_heads()) - known
    return min(later, default=None)


def _configure(connection: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
