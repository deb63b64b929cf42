"""Gateways on one server, which beat only when they are told to."""

import pytest

from services.gateway.database.database import Database
from services.gateway.lease.keeper import Keeper

PARTITIONS = 6


@pytest.fixture
def database_url(server_url: str) -> str:
    """Leases are of a server."""
    return server_url


@pytest.fixture
def keepers(own: Database) -> list[Keeper]:
    """Three gateways that have not beaten yet."""
    made = [Keeper(own, PARTITIONS, name) for name in "abc"]
    for keeper in made:
        keeper.join()
    return made
