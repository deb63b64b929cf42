"""Writes facts, each with its place, in the transaction of the fold that they are part of.

Places are taken from one row, which stays locked until the transaction ends. So they are committed
in their order, however many gateways write: who has read up to a place never misses one before it.
This comes last in a transaction, that the row is held for a moment only.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from services.gateway.database.upsert import insert_missing
from services.gateway.feed.table import FEED, FEED_START
from services.gateway.job.table import HISTORY
from services.gateway.status.change import FoldedBatch
from services.gateway.status.fact import Fact

_TAKE = (
    update(FEED)
    .values(last_place=FEED.c.last_place + bindparam("more"))
    .returning(FEED.c.last_place)
)
_PLACELESS = (
    select(HISTORY.c.job_id, HISTORY.c.sequence)
    .where(HISTORY.c.job_id.in_(bindparam("ids", expanding=True)), HISTORY.c.place.is_(None))
    .order_by(HISTORY.c.job_id, HISTORY.c.sequence)
)
_PLACE = (
    update(HISTORY)
    .where(HISTORY.c.job_id == bindparam("of_job"), HISTORY.c.sequence == bindparam("of_sequence"))
    .values(place=bindparam("new_place"), tenant=bindparam("new_tenant"))
)


def save_facts(
    connection: Connection, batch: FoldedBatch, tenants: Mapping[str, str | None]
) -> None:
    """Write the facts of a batch. While nobody knows whose a job is, its facts have no place.

    Args:
        tenants: Whose each of its jobs is.
    """
    waiting = _find_waiting(connection, batch, tenants)
    placed = sum(tenants[fact.job_id] is not None for _, fact in batch.history)
    places = _take_places(connection, len(waiting) + placed)
    if waiting:
        connection.execute(
            _PLACE, [_move(row, next(places), tenants[row.job_id]) for row in waiting]
        )
    rows = [
        _write(sequence, fact, tenant, None if tenant is None else next(places))
        for sequence, fact in batch.history
        for tenant in (tenants[fact.job_id],)
    ]
    insert_missing(connection, HISTORY, rows)


def _find_waiting(
    connection: Connection, batch: FoldedBatch, tenants: Mapping[str, str | None]
) -> Sequence[Any]:
    """Facts of before of which is known now whose they are: they come before those of now."""
    claimed = [
        change.job_id
        for change in batch.changes
        if change.before is not None
        and change.before.fold.tenant is None
        and tenants[change.job_id] is not None
    ]
    return connection.execute(_PLACELESS, {"ids": sorted(claimed)}).all() if claimed else ()


def _take_places(connection: Connection, wanted: int) -> "count[int]":
    """Take so many places, from the first one on."""
    if not wanted:
        return count()
    last = connection.execute(_TAKE, {"more": wanted}).scalar()
    if last is None:
        insert_missing(connection, FEED, [FEED_START])
        last = connection.execute(_TAKE, {"more": wanted}).scalar_one()
    return count(last - wanted + 1)


def _move(row: Any, place: int, tenant: str | None) -> dict[str, Any]:
    at = {"of_job": row.job_id, "of_sequence": row.sequence}
    return at | {"new_place": place, "new_tenant": tenant}


def _write(sequence: int, fact: Fact, tenant: str | None, place: int | None) -> dict[str, Any]:
    failure = next((cell.failure for cell in fact.fold.cells if cell.failure), None)
    due = (cell.not_before_ms for cell in fact.fold.cells if cell.not_before_ms is not None)
    return {
        "topic": fact.record.topic,
        "partition": fact.record.partition,
        "offset": fact.record.offset,
        "job_id": fact.job_id,
        "sequence": sequence,
        "kind": fact.kind,
        "stage": fact.stage,
        "attempt": fact.attempt,
        "redrive": fact.redrive,
        "at_ms": fact.record.timestamp_ms,
        "message": fact.message,
        "tenant": tenant,
        "place": place,
        "cause": failure.kind if failure else None,
        "code": failure.code if failure else None,
        "due_ms": next(due, None),
    }
