"""Brings the tables up to date at a start, with patience for a database that is about to answer."""

import time
from collections.abc import Callable

from services.gateway.database.database import (
    Database,
    DatabaseUnavailableError,
    UnusableDatabaseError,
)
from services.gateway.database.patience import wait_for_database
from services.gateway.migration.upgrade import upgrade
from services.telemetry.log import get_log

PATIENCE_S = 60.0
"""Who starts database and gateway together need not think of the order."""

log = get_log()


async def prepare_tables(
    database: Database,
    patience_s: float = PATIENCE_S,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Apply what the tables lack.

    Args:
        clock: Monotonic seconds.

    Raises:
        LaterDatabaseError: A later release has made them.
        UnusableDatabaseError: The database refuses us.
        DatabaseUnavailableError: A server has not answered for so long. A file is waited for.
    """
    gives_up_at = clock() + patience_s

    def tell(error: DatabaseUnavailableError) -> None:
        if isinstance(error, UnusableDatabaseError):
            raise error
        if database.is_shared and clock() >= gives_up_at:
            raise DatabaseUnavailableError(
                f"the database has not answered for {patience_s:g} s: {error}; start it, or"
                " correct DATABASE_URL"
            ) from error
        log.warning("database_waits", error=str(error))

    await wait_for_database(lambda: database.write(upgrade), tell)
