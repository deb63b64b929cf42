"""Gateways on one server, which beat only when they are told to."""

from collections.abc import AsyncIterator

import pytest

from services.gateway.database.database import Database, open_database
from services.gateway.lease.keeper import Keeper

PARTITIONS = 6


@pytest.fixture
def database_url(server_url: str) -> str:
    """Leases are of a server."""
    return server_url


@pytest.fixture
async def own(database_url: str) -> AsyncIterator[Database]:
    """The database that keepers have to themselves."""
    async with open_database(database_url) as opened:
        yield opened


@pytest.fixture
def keepers(own: Database) -> list[Keeper]:
    """Three gateways that have not beaten yet."""
    made = [Keeper(own, PARTITIONS, name) for name in "abc"]
    for keeper in made:
        keeper.join()
    return made
