"""A lock is held by one gateway, and outlives none."""

import asyncio

from sqlalchemy import text

from services.gateway.database.database import Database
from services.gateway.lease.keeper import Keeper
from services.gateway.lease.lock import SharedLocks
from services.gateway.lease.store import give_lock, take_lock


async def test_one_gateway_at_a_time_has_a_name(own: Database, keepers: list[Keeper]) -> None:
    for keeper in keepers:
        await keeper.refresh()
    here, there = SharedLocks(own, "a"), SharedLocks(own, "b")
    inside, most = 0, 0

    async def work(locks: SharedLocks) -> None:
        nonlocal inside, most
        async with locks.hold("key"):
            inside += 1
            most = max(most, inside)
            await own.read(lambda c: c.execute(text("SELECT 1")) and None)
            inside -= 1

    await asyncio.gather(*(work(locks) for locks in (here, there) * 5))
    assert most == 1


async def test_other_names_are_not_waited_for(own: Database, keepers: list[Keeper]) -> None:
    await keepers[0].refresh()
    async with SharedLocks(own, "a").hold("one"), SharedLocks(own, "b").hold("other"):
        pass


async def test_the_lock_of_a_gateway_that_is_gone_is_free(
    own: Database, keepers: list[Keeper]
) -> None:
    await keepers[0].refresh()
    assert await own.write(take_lock, "key", "a")
    assert not await own.write(take_lock, "key", "b")
    gone = text("UPDATE gateways SET until_us = 0 WHERE gateway_id = 'a'")
    await own.write(lambda c: c.execute(gone) and None)
    assert await own.write(take_lock, "key", "b")
    await own.write(give_lock, "key", "a")
    await keepers[1].refresh()
    assert not await own.write(take_lock, "key", "c")
