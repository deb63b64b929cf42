"""Bulk actions in the tables: begun with all of their jobs, gone through, ended."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, tuple_, update

from schemas.api.batch import BulkKind, BulkOutcome, BulkState
from schemas.api.key import Role
from services.gateway.access.actor import Actor
from services.gateway.access.principal import Principal
from services.gateway.api.request_info import RequestInfo
from services.gateway.bulk.action import BulkItem, StoredBulk
from services.gateway.bulk.table import BULK_ACTIONS, BULK_JOBS
from services.gateway.database.moment import from_us, to_us
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight, narrow
from services.gateway.database.upsert import insert_missing

_A, _J = BULK_ACTIONS.c, BULK_JOBS.c
_FIND = select(BULK_ACTIONS).where(_A.bulk_id == bindparam("id"))
_LIST = select(BULK_ACTIONS).order_by(_A.created_us.desc(), _A.bulk_id.desc())
_PLACE: Any = tuple_(_A.created_us, _A.bulk_id)
_RUNNING = select(_A.bulk_id).where(_A.state == BulkState.RUNNING).order_by(_A.created_us).limit(1)
_COUNTS = select(_J.outcome, func.count()).where(_J.bulk_id == bindparam("id")).group_by(_J.outcome)
_JOBS = (
    select(_J.number, _J.job_id, _J.outcome, _J.detail)
    .where(_J.bulk_id == bindparam("id"), _J.number > bindparam("after"))
    .order_by(_J.number)
    .limit(bindparam("most"))
)
_OF_ACTION = update(BULK_ACTIONS).where(_A.bulk_id == bindparam("id"))
_ENDED = select(_A.bulk_id).where(_A.ended_us < bindparam("before_us")).limit(1)
_END = _OF_ACTION.where(_A.state == BulkState.RUNNING).values(
    state=bindparam("new_state"), ended_us=bindparam("at_us")
)
_NOTE = (
    update(BULK_JOBS)
    .where(_J.bulk_id == bindparam("id"), _J.number == bindparam("of_number"))
    .values(outcome=bindparam("new_outcome"), detail=bindparam("new_detail"))
)


def begin_bulk(connection: Connection, wanted: StoredBulk, items: Sequence[BulkItem]) -> StoredBulk:
    """Keep a bulk action with its jobs, or find the one that has its id already."""
    wanted = replace(wanted, total=len(items))
    if not insert_missing(connection, BULK_ACTIONS, [_write(wanted)]):
        known = find_bulk(connection, wanted.bulk_id, wanted.sight)
        assert known is not None
        return known
    rows = [
        {
            "bulk_id": wanted.bulk_id,
            "number": item.number,
            "job_id": item.job_id,
            "outcome": item.outcome,
            "detail": item.detail,
        }
        for item in items
    ]
    if rows:
        connection.execute(insert(BULK_JOBS), rows)
    return replace(wanted, counts=dict(Counter(item.outcome for item in items)))


def find_bulk(connection: Connection, bulk_id: str, sight: Sight) -> StoredBulk | None:
    """A bulk action with its counts, if it is seen."""
    row = connection.execute(narrow(_FIND, BULK_ACTIONS, sight), {"id": bulk_id}).first()
    return None if row is None else _count(connection, _read(row))


def list_bulks(
    connection: Connection, sight: Sight, after: Place | None, limit: int
) -> list[StoredBulk]:
    """Bulk actions with their counts, newest first."""
    query = narrow(_LIST, BULK_ACTIONS, sight).limit(limit)
    query = query if after is None else query.where((after.at_us, after.id) > _PLACE)
    return [_count(connection, _read(row)) for row in connection.execute(query).all()]


def list_changes(
    connection: Connection, replay_id: str, sight: Sight, limit: int
) -> list[StoredBulk]:
    """The bulk actions about the results of a replay with their counts, newest first."""
    query = narrow(_LIST, BULK_ACTIONS, sight).where(_A.replay_id == replay_id).limit(limit)
    return [_count(connection, _read(row)) for row in connection.execute(query).all()]


def find_running(connection: Connection) -> StoredBulk | None:
    """The bulk action that is to be gone on with: the oldest that runs."""
    bulk_id = connection.execute(_RUNNING).scalar()
    return None if bulk_id is None else find_bulk(connection, bulk_id, None)


def list_items(
    connection: Connection, bulk_id: str, outcome: BulkOutcome | None, after: int, limit: int
) -> list[BulkItem]:
    """Jobs of a bulk action after a number, in their order."""
    query = _JOBS if outcome is None else _JOBS.where(_J.outcome == outcome)
    rows = connection.execute(query, {"id": bulk_id, "after": after, "most": limit})
    return [BulkItem(row[0], row[1], BulkOutcome(row[2]), row[3]) for row in rows]


def note_item(connection: Connection, bulk_id: str, item: BulkItem) -> None:
    """Note what became of one of its jobs."""
    told = {"id": bulk_id, "of_number": item.number}
    told |= {"new_outcome": item.outcome, "new_detail": item.detail}
    connection.execute(_NOTE, told)


def end_bulk(connection: Connection, bulk_id: str, state: BulkState, at: datetime) -> None:
    """End a bulk action, unless it has ended."""
    connection.execute(_END, {"id": bulk_id, "new_state": state, "at_us": to_us(at)})


def forget_bulk(connection: Connection, before: datetime) -> int:
    """Let go of one bulk action that ended before a moment, with what became of its jobs.

    Returns:
        Whether there was one.
    """
    bulk_id = connection.execute(_ENDED, {"before_us": to_us(before)}).scalar()
    for table in (BULK_JOBS, BULK_ACTIONS) if bulk_id else ():
        connection.execute(delete(table).where(table.c.bulk_id == bulk_id))
    return int(bulk_id is not None)


def _count(connection: Connection, bulk: StoredBulk) -> StoredBulk:
    rows = connection.execute(_COUNTS, {"id": bulk.bulk_id})
    return replace(bulk, counts={BulkOutcome(outcome): count for outcome, count in rows})


def _write(bulk: StoredBulk) -> dict[str, Any]:
    principal = bulk.actor.principal
    return {
        "bulk_id": bulk.bulk_id,
        "tenant": bulk.sight,
        "digest": bulk.digest,
        "action": bulk.kind,
        "state": bulk.state,
        "reason": bulk.actor.reason,
        "by": principal.name,
        "by_key": principal.key_id,
        "by_tenant": principal.tenant,
        "role": principal.role,
        "request_id": bulk.actor.info.request_id,
        "total": bulk.total,
        "created_us": to_us(bulk.created_at),
        "replay_id": bulk.replay_id,
    }


def _read(row: Any) -> StoredBulk:
    principal = Principal(row.by_tenant, Role(row.role), row.by_key, row.by)
    actor = Actor(principal, RequestInfo(row.request_id, ""), row.reason)
    return StoredBulk(
        bulk_id=row.bulk_id,
        sight=row.tenant,
        digest=row.digest,
        kind=BulkKind(row.action),
        state=BulkState(row.state),
        actor=actor,
        total=row.total,
        created_at=from_us(row.created_us),
        ended_at=None if row.ended_us is None else from_us(row.ended_us),
        place=Place(row.created_us, row.bulk_id),
        counts={},
        replay_id=row.replay_id,
    )
