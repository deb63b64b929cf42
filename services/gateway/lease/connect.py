"""How a gateway comes to its share: alone on a file, or beside others on a server."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from services.gateway.database.database import Database, open_database
from services.gateway.database.engine import find_file
from services.gateway.database.url import is_postgresql
from services.gateway.lease.keeper import Keeper, make_gateway_id
from services.gateway.lease.lock import LocalLocks, Locks, SharedLocks
from services.gateway.lease.share import WholeShare
from services.lifecycle.lock import LockHeldError, hold_lock
from services.telemetry.metric import GATEWAYS_LIVE, LEASES_HELD


class SecondGatewayError(Exception):
    """Another gateway has the file."""


@contextmanager
def hold_database(url: str) -> Iterator[None]:
    """Keep other gateways from a file, for which there may be one. A server takes many.

    Raises:
        SecondGatewayError: One is there.
    """
    file = find_file(url)
    if file is None:
        yield
        return
    try:
        with hold_lock(Path(f"{file}.gateway")):
            yield
    except LockHeldError as error:
        raise SecondGatewayError(
            f"the gateway of process {error.holder or '?'} has {file}: SQLite is for one gateway;"
            " stop that one, give this one a file of its own, or set DATABASE_URL to"
            " postgresql://..., which takes several"
        ) from error


@asynccontextmanager
async def open_share(url: str, partitions: int) -> AsyncIterator[Keeper | WholeShare]:
    """Take part in the work, until the context is left."""
    if not is_postgresql(url):
        GATEWAYS_LIVE.set(1)
        LEASES_HELD.set(partitions)
        yield WholeShare()
        return
    async with open_database(url) as own:
        keeper = Keeper(own, partitions, make_gateway_id())
        try:
            yield keeper
        finally:
            await keeper.leave()


def make_locks(database: Database, share: Keeper | WholeShare) -> Locks:
    """The locks that are held against all gateways that there can be."""
    return SharedLocks(database, share.gateway_id) if isinstance(share, Keeper) else LocalLocks()
