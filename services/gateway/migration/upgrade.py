"""Brings a database up to date."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory


class LaterDatabaseError(Exception):
    """A later release has made the tables."""


def upgrade(connection: Any) -> None:
    """Apply the versions that a database lacks, in the connection's transaction.

    Raises:
        LaterDatabaseError: It has one that this release does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {version.revision for version in ScriptDirectory.from_config(config).walk_revisions()}
    if later := set(MigrationContext.configure(connection).get_current_heads()) - known:
        raise LaterDatabaseError(
            f"a later release has made the database's tables (version {min(later)}): run that"
            " release, or set DATABASE_URL to an empty database, which is filled from the topics"
        )
    command.upgrade(config, "head")
