"""With several gateways each endpoint is one's to send to; another takes over from who is gone."""

import asyncio

import pytest

from services.gateway.database.database import Database
from services.gateway.lease.keeper import Keeper
from tests.unit.gateway.sending import PARTITIONS, Sending


@pytest.fixture
def database_url(server_url: str) -> str:
    """Leases are of a server."""
    return server_url


@pytest.fixture
async def keepers(own: Database) -> list[Keeper]:
    """Two gateways that share the partitions."""
    made = [Keeper(own, PARTITIONS, name) for name in "ab"]
    for keeper in made:
        keeper.join()
    for keeper in made * 2:
        await keeper.refresh()
    return made


async def test_each_is_sent_once_by_whose_it_is_and_by_the_other_when_that_is_gone(
    sending: Sending, keepers: list[Keeper]
) -> None:
    first, second = (sending.another(keeper) for keeper in keepers)
    endpoints = [await sending.add() for _ in range(12)]
    ids = [i for endpoint in endpoints for i in await sending.note(endpoint, 2)]
    await first.settle_down()
    of_first = list(sending.receiver.ids)
    await asyncio.gather(first.settle_down(), second.settle_down())
    assert 0 < len(of_first) < len(ids)
    assert sorted(sending.receiver.ids) == sorted(ids)
    await keepers[0].leave()
    await keepers[1].refresh()
    more = [i for endpoint in endpoints for i in await sending.note(endpoint)]
    await second.settle_down()
    assert sorted(sending.receiver.ids) == sorted(ids + more)


async def test_one_that_stood_still_and_does_not_know_that_it_lost_a_lease_sends_nothing(
    sending: Sending, keepers: list[Keeper]
) -> None:
    """The transaction of the claim looks at the lease as it is now."""
    stale, taker = keepers
    known = dict(stale._leases)
    await stale.leave()
    await taker.refresh()
    stale._leases = known
    sender = sending.another(stale)
    for endpoint in [await sending.add() for _ in range(12)]:
        await sending.note(endpoint)
    await sender.look()
    await asyncio.gather(*sender._lanes.values())
    assert not sending.receiver.received
