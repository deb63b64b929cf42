"""Makes the live tables equal to those made anew, in one transaction: whatever differs is written.

Facts that both have keep the number and the place that clients may have been told. Facts that the
live tables lack come after all others, as if they had just arrived.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    not_,
    select,
    tuple_,
    update,
)

from services.gateway.aside.table import BEGINS, DIFFERENCES, Tables
from services.gateway.aside.table_store import load_live
from services.gateway.feed.table import FEED_START
from services.gateway.job.reservation_store import let_go
from services.gateway.job.table import HISTORY
from services.gateway.lease.store import announce
from services.gateway.projection.store import Projection
from services.gateway.projection.table import UNREAD
from services.gateway.rebuild.comparison_store import COMPARED
from services.gateway.rebuild.numbering import number
from services.gateway.tombstone.table import TOMBSTONES

WHO = "rebuild"
MOST_TOLD = 5_000
"""Of more jobs than that each gateway finds out by itself, within 5 s."""

Key = tuple[str, int, int]
"""Topic, partition and offset."""

_DIFFERING = select(DIFFERENCES.c.job_id)
_KEY = (HISTORY.c.topic, HISTORY.c.partition, HISTORY.c.offset)
_NUMBER = (
    update(HISTORY)
    .where(*(column == bindparam(f"of_{column.name}") for column in _KEY))
    .values(
        sequence=bindparam("new_sequence"),
        place=bindparam("new_place"),
        tenant=bindparam("new_tenant"),
    )
)


def hold_live(connection: Connection, live: Tables) -> Projection | None:
    """Let nobody fold until the transaction ends, and say how far the live tables are."""
    connection.execute(select(live["projection"].c.generation).with_for_update()).all()
    return load_live(connection, live)


def switch(connection: Connection, live: Tables, sums: Iterable[Table]) -> int:
    """Write what differs.

    Args:
        sums: Tables of sums over jobs that are to be made equal as well.

    Returns:
        How many jobs those were.
    """
    jobs = live["jobs"]
    connection.execute(select(jobs.c.job_id).where(jobs.c.job_id.in_(_DIFFERING)).with_for_update())
    gone = select(TOMBSTONES.c.job_id)
    connection.execute(delete(DIFFERENCES).where(DIFFERENCES.c.job_id.in_(gone)))
    ids = sorted(connection.execute(_DIFFERING.distinct()).scalars())
    _number_facts(connection, live)
    for anew in COMPARED:
        _keep_tenants(connection, live, anew)
        _replace(connection, live[anew.name], anew)
    _replace_unread(connection, live["unread_records"])
    for anew in sums:
        connection.execute(delete(live[anew.name]))
        connection.execute(_copy(live[anew.name], anew, select(anew)))
    let_go(connection, ids, waiting=set(ids))
    if connection.dialect.name == "postgresql" and len(ids) <= MOST_TOLD:
        announce(connection, WHO, ids)
    return len(ids)


def _number_facts(connection: Connection, live: Tables) -> None:
    known = _read_known(connection, live["history"])
    facts = select(HISTORY).where(HISTORY.c.job_id.in_(_DIFFERING))
    in_time = facts.order_by(HISTORY.c.job_id, HISTORY.c.at_ms, HISTORY.c.sequence)
    told: list[dict[str, Any]] = []
    new: list[tuple[int, dict[str, Any]]] = []
    for _, rows in groupby(connection.execute(in_time), key=lambda row: row.job_id):
        of_job = {(row.topic, row.partition, row.offset): row for row in rows}
        numbers = number(list(of_job), {key: known[key][0] for key in of_job if key in known})
        for key, n in numbers.items():
            told.append(_tell(key, n, of_job[key].tenant, known.get(key)))
            if key not in known and of_job[key].tenant is not None:
                new.append((of_job[key].at_ms, told[-1]))
    _place(connection, live["feed"], [row for _, row in sorted(new, key=lambda one: one[0])])
    if told:
        connection.execute(_NUMBER, told)


def _read_known(connection: Connection, history: Table) -> dict[Key, tuple[int, int | None, Any]]:
    columns = [history.c[column.name] for column in _KEY]
    query = select(*columns, history.c.sequence, history.c.place, history.c.tenant)
    rows = connection.execute(query.where(history.c.job_id.in_(_DIFFERING)))
    return {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in rows}


def _tell(key: Key, sequence: int, tenant: Any, known: Any) -> dict[str, Any]:
    at = dict(zip(("of_topic", "of_partition", "of_offset"), key, strict=True))
    _, place, before = known or (0, None, None)
    # Of a fact that nobody was told of because it is old, nobody is told now.
    whose = tenant if known is None or place is not None else before
    return at | {"new_sequence": sequence, "new_place": place, "new_tenant": whose}


def _place(connection: Connection, feed: Table, new: list[dict[str, Any]]) -> None:
    """Give facts the next places among all facts."""
    if not new:
        return
    more = update(feed).values(last_place=feed.c.last_place + len(new)).returning(feed.c.last_place)
    last = connection.execute(more).scalar()
    if last is None:
        last = len(new)
        connection.execute(insert(feed), FEED_START | {"last_place": last})
    for place, row in enumerate(new, last - len(new) + 1):
        row["new_place"] = place


def _keep_tenants(connection: Connection, live: Tables, anew: Table) -> None:
    """Where no record that can be read says whose a job is, the live tables go on saying it."""
    if "tenant" not in anew.c or anew is HISTORY:
        return
    jobs = live["jobs"].alias("live_jobs")
    said = select(jobs.c.tenant).where(jobs.c.job_id == anew.c.job_id).scalar_subquery()
    nobody_s = and_(anew.c.tenant.is_(None), anew.c.job_id.in_(_DIFFERING))
    connection.execute(update(anew).where(nobody_s).values(tenant=said))


def _replace(connection: Connection, live: Table, anew: Table) -> None:
    connection.execute(delete(live).where(live.c.job_id.in_(_DIFFERING)))
    connection.execute(_copy(live, anew, select(anew).where(anew.c.job_id.in_(_DIFFERING))))


def _copy(live: Table, anew: Table, rows: Any) -> Any:
    return insert(live).from_select([column.name for column in anew.columns], rows)


def _replace_unread(connection: Connection, live: Table) -> None:
    """Of what the topics still hold: what was folded now is not kept to be folded again."""
    names = ("topic", "partition", "offset")
    here, there = (tuple_(*(table.c[name] for name in names)) for table in (UNREAD, live))
    in_reach = (
        select(BEGINS.c.first)
        .where(
            BEGINS.c.topic == live.c.topic,
            BEGINS.c.partition == live.c.partition,
            BEGINS.c.first <= live.c.offset,
        )
        .exists()
    )
    mine = select(*(UNREAD.c[name] for name in names))
    connection.execute(delete(live).where(in_reach, not_(there.in_(mine))))
    theirs = select(*(live.c[name] for name in names))
    connection.execute(_copy(live, UNREAD, select(UNREAD).where(not_(here.in_(theirs)))))
