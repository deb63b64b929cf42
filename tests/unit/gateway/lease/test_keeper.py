"""Each partition has one owner, who may not write once it is another's."""

import pytest
from sqlalchemy import Connection, text

from services.gateway.database.database import Database
from services.gateway.lease.keeper import Keeper
from services.gateway.lease.store import LostLeaseError, count_fair, forget_the_gone
from services.gateway.lease.store import beat as store_beat
from tests.unit.gateway.conftest import read_metric
from tests.unit.gateway.lease.conftest import PARTITIONS

ALL = set(range(PARTITIONS))


def held(keeper: Keeper) -> set[int]:
    return {partition for partition in ALL if keeper.holds(partition)}


async def beat(*keepers: Keeper) -> None:
    """Long enough for what one gives up to be taken by another."""
    for _ in range(2):
        for keeper in keepers:
            await keeper.refresh()


async def stop_beating(database: Database, name: str) -> None:
    """Let the time pass in which a gateway would have beaten."""
    late = text("UPDATE gateways SET until_us = 0 WHERE gateway_id = :name")
    await database.write(lambda c: c.execute(late, {"name": name}) and None)


@pytest.mark.parametrize(
    ("partitions", "gateways", "shares"),
    [
        (6, 1, [6]),
        (6, 2, [3, 3]),
        (6, 4, [2, 2, 1, 1]),
        (2, 3, [1, 1, 0]),
        (12, 5, [3, 3, 2, 2, 2]),
    ],
)
def test_shares_differ_by_one_and_add_up(partitions: int, gateways: int, shares: list[int]) -> None:
    live = [str(number) for number in range(gateways)]
    assert [count_fair(live, me, partitions) for me in live] == shares


async def test_who_is_alone_has_all_and_who_joins_gets_a_share(keepers: list[Keeper]) -> None:
    a, b, c = keepers
    await beat(a)
    assert held(a) == ALL
    await beat(a, b)
    assert (len(held(a)), len(held(b)), held(a) | held(b)) == (3, 3, ALL)
    await beat(a, b, c)
    assert [len(held(one)) for one in keepers] == [2, 2, 2]
    assert held(a) | held(b) | held(c) == ALL
    assert sum(one.is_lead for one in keepers) == 1


async def test_who_cannot_project_yet_is_left_no_share(
    own: Database, keepers: list[Keeper]
) -> None:
    a, _, _ = keepers
    starting = Keeper(own, PARTITIONS, "z")
    await beat(a, starting)
    assert (held(a), held(starting)) == (ALL, set())
    starting.join()
    await beat(a, starting)
    assert len(held(starting)) == 3


async def test_what_one_has_who_is_gone_is_taken_over_and_counted(
    own: Database, keepers: list[Keeper]
) -> None:
    a, b, _ = keepers
    await beat(a, b)
    before = read_metric("brainshare_leases_taken_over_total")
    await stop_beating(own, "a")
    await b.refresh()
    assert held(b) == ALL
    assert read_metric("brainshare_leases_taken_over_total") == before + 3
    assert read_metric("brainshare_leases_held") == PARTITIONS


async def test_who_stood_still_cannot_write_late(own: Database, keepers: list[Keeper]) -> None:
    a, b, _ = keepers
    await beat(a)
    await stop_beating(own, "a")
    await b.refresh()
    with pytest.raises(LostLeaseError, match="partition 0 is another gateway's"):
        await own.write(a.fence, [0])
    await own.write(b.fence, ALL)


async def test_a_lease_that_came_back_is_another_one(own: Database, keepers: list[Keeper]) -> None:
    a, b, _ = keepers
    await beat(a)
    stale = dict(a._leases)
    await stop_beating(own, "a")
    await b.refresh()
    await b.leave()
    await a.refresh()
    assert held(a) == ALL
    a._leases = stale
    with pytest.raises(LostLeaseError):
        await own.write(a.fence, [0])


async def test_what_is_being_written_under_is_not_taken_before_the_end(
    database: Database, own: Database, keepers: list[Keeper]
) -> None:
    a, b, _ = keepers
    await beat(a)
    await stop_beating(own, "a")

    def write_slowly(connection: Connection) -> set[int]:
        a.fence(connection, [0])
        with database._writable.begin() as other:
            told = ("b", 3_000_000, PARTITIONS, "")
            return set(store_beat(other, *told).leases)

    assert await database.write(write_slowly) == set()
    await b.refresh()
    assert held(b) == ALL


async def test_who_stops_gives_back_at_once(keepers: list[Keeper]) -> None:
    a, b, _ = keepers
    await beat(a, b)
    await a.leave()
    await b.refresh()
    assert held(b) == ALL
    assert held(a) == set()


async def test_a_gateway_of_an_earlier_release_stands_aside(
    own: Database, keepers: list[Keeper]
) -> None:
    a, b, _ = keepers
    await beat(a)
    later = text("UPDATE alembic_version SET version_num = '9999'")
    now = await own.read(lambda c: c.execute(text("SELECT version_num FROM alembic_version")).one())
    try:
        await own.write(lambda c: c.execute(later) and None)
        await beat(a, b)
        assert (held(a), a.is_aside, held(b), b.is_aside) == (set(), True, ALL, False)
    finally:
        back = text("UPDATE alembic_version SET version_num = :now")
        await own.write(lambda c: c.execute(back, {"now": now[0]}) and None)


async def test_the_long_gone_are_forgotten(own: Database, keepers: list[Keeper]) -> None:
    a, b, _ = keepers
    await beat(a, b)
    await stop_beating(own, "a")
    await own.write(forget_the_gone)
    names = text("SELECT gateway_id FROM gateways")
    assert await own.read(lambda c: list(c.execute(names).scalars())) == ["b"]
