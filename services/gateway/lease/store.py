"""Leases and locks as rows of a PostgreSQL server, whose clock alone counts.

A gateway is alive until a moment, which it moves on by beating. What a gateway that is not alive
owns or holds is anybody's. An owner that stood still is kept from writing late by the fence: each
of its transactions looks first whether the lease is still its own, and holds it so until its end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.gateway.lease.table import GATEWAYS, LEASES, LOCKS

FREE = ""
FORGOTTEN_US = 60_000_000
CHANNEL = "brainshare_changes"
IDS_AT_A_TIME = 150
"""A notification holds 8,000 bytes at most."""

NOW = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")
VERSION = text("SELECT max(version_num) FROM alembic_version")
TURN = text("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.brainshare.' || :name))")
SOFTLY = text("SET LOCAL synchronous_commit = off")
"""What a server that dies forgets of it is told again within a second."""

_OWNED = select(LEASES.c.partition, LEASES.c.epoch).where(LEASES.c.owner == bindparam("me"))
_FENCE = _OWNED.order_by(LEASES.c.partition).with_for_update(read=True)
_LIVE = select(GATEWAYS).where(GATEWAYS.c.until_us > bindparam("now_us"))
_LIVE = _LIVE.order_by(GATEWAYS.c.gateway_id)
_IS_LIVE = LEASES.c.owner.in_(bindparam("live", expanding=True))
_SET_OWNER = update(LEASES).where(LEASES.c.partition.in_(bindparam("which", expanding=True)))


class LostLeaseError(Exception):
    """A partition is another gateway's, or the tables are filled anew. Nothing is written."""


@dataclass(frozen=True)
class Holding:
    """What a gateway has after a beat.

    Attributes:
        leases: The epoch of each partition that is its own.
        taken_over: How many of them were another gateway's that is gone.
        live: How many gateways there are.
        version: Of the tables.
    """

    leases: Mapping[int, int]
    taken_over: int
    live: int
    version: str


def beat(connection: Connection, me: str, ttl_us: int, partitions: int, version: str) -> Holding:
    """Stay alive, and come nearer to a fair share of the partitions.

    Args:
        version: Of the tables that this gateway was made for, "" for what they are now. On others
            it takes no part: a later release that makes them does the work.
    """
    connection.execute(SOFTLY)
    now_us = connection.execute(NOW).scalar_one()
    found = connection.execute(VERSION).scalar_one()
    told = {"until_us": now_us + ttl_us, "tables": version or found}
    alive = insert(GATEWAYS).values(gateway_id=me, **told)
    connection.execute(alive.on_conflict_do_update(index_elements=["gateway_id"], set_=told))
    rows = connection.execute(_LIVE, {"now_us": now_us}).all()
    live = [row.gateway_id for row in rows]
    able = [row.gateway_id for row in rows if row.tables == found]
    held = dict(connection.execute(_OWNED, {"me": me}).all())
    fair = count_fair(able, me, partitions) if me in able else 0
    extra = sorted(held)[fair:]
    _give_back(connection, extra)
    taken = _take(connection, me, live, partitions, fair - len(held))
    kept = {partition: epoch for partition, epoch in held.items() if partition not in extra}
    leases = kept | {partition: epoch for partition, epoch, _ in taken}
    taken_over = sum(owner != FREE for _, _, owner in taken)
    return Holding(leases, taken_over, len(live), found)


def count_fair(live: Sequence[str], me: str, partitions: int) -> int:
    """How many partitions are a gateway's share: the shares differ by one and add up to all."""
    each, left = divmod(partitions, len(live))
    return each + (live.index(me) < left)


def leave(connection: Connection, me: str) -> None:
    """Give everything back, so that nobody has to wait."""
    owned = sorted(connection.execute(_OWNED, {"me": me}).scalars())
    _give_back(connection, owned)
    connection.execute(delete(LOCKS).where(LOCKS.c.holder == me))
    connection.execute(delete(GATEWAYS).where(GATEWAYS.c.gateway_id == me))


def forget_the_gone(connection: Connection) -> None:
    """Remove gateways that have long been gone, and the locks that they have left."""
    now_us = connection.execute(NOW).scalar_one()
    connection.execute(delete(GATEWAYS).where(GATEWAYS.c.until_us < now_us - FORGOTTEN_US))
    known = select(GATEWAYS.c.gateway_id)
    connection.execute(delete(LOCKS).where(LOCKS.c.holder.not_in(known)))


def check_fence(
    connection: Connection, me: str, leases: Mapping[int, int], wanted: Iterable[int]
) -> None:
    """Require that partitions are still ours, and keep them so until the transaction ends.

    Raises:
        LostLeaseError: One is not.
    """
    now = dict(connection.execute(_FENCE, {"me": me}).all())
    for partition in wanted:
        if partition not in leases or now.get(partition) != leases[partition]:
            raise LostLeaseError(f"partition {partition} is another gateway's")


def take_lock(connection: Connection, name: str, me: str) -> bool:
    """Take a lock, unless a gateway that is alive holds it. Ours is ours again."""
    connection.execute(SOFTLY)
    now_us = connection.execute(NOW).scalar_one()
    live = select(GATEWAYS.c.gateway_id).where(GATEWAYS.c.until_us > now_us)
    wanted = insert(LOCKS).values(name=name, holder=me)
    statement = wanted.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": wanted.excluded.holder},
        where=(LOCKS.c.holder == me) | LOCKS.c.holder.not_in(live),
    ).returning(LOCKS.c.holder)
    return connection.execute(statement).first() is not None


def give_lock(connection: Connection, name: str, me: str) -> None:
    """Give a lock back, if it is still ours."""
    connection.execute(SOFTLY)
    connection.execute(delete(LOCKS).where(LOCKS.c.name == name, LOCKS.c.holder == me))


def announce(connection: Connection, me: str, job_ids: Sequence[str]) -> None:
    """Tell the other gateways, once this is committed, which jobs have changed."""
    for first in range(0, len(job_ids), IDS_AT_A_TIME):
        told = " ".join((me, *job_ids[first : first + IDS_AT_A_TIME]))
        connection.execute(select(func.pg_notify(CHANNEL, told)))


def wait_for_turn(connection: Connection, name: str) -> None:
    """Let no other gateway do the same until this transaction ends. A file has one gateway."""
    if connection.dialect.name == "postgresql":
        connection.execute(TURN, {"name": name})


def _give_back(connection: Connection, partitions: Sequence[int]) -> None:
    if not partitions:
        return
    # In their order, as the fence takes them: nobody waits for each other.
    which = select(LEASES).where(LEASES.c.partition.in_(partitions)).order_by(LEASES.c.partition)
    connection.execute(which.with_for_update()).all()
    connection.execute(_SET_OWNER.values(owner=FREE), {"which": list(partitions)})


def _take(
    connection: Connection, me: str, live: Sequence[str], partitions: int, count: int
) -> list[tuple[int, int, str]]:
    if count <= 0:
        return []
    there = [{"partition": number, "owner": FREE, "epoch": 0} for number in range(partitions)]
    connection.execute(insert(LEASES).on_conflict_do_nothing(), there)
    # A row that is locked is being written under, by somebody who is slow and not gone.
    unowned = select(LEASES).where(~_IS_LIVE, LEASES.c.partition < partitions).limit(count)
    unowned = unowned.order_by(LEASES.c.partition).with_for_update(skip_locked=True)
    free = connection.execute(unowned, {"live": list(live)}).all()
    if free:
        mine = _SET_OWNER.values(owner=me, epoch=LEASES.c.epoch + 1)
        connection.execute(mine, {"which": [row.partition for row in free]})
    return [(row.partition, row.epoch + 1, row.owner) for row in free]
