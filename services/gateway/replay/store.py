"""Replays in the tables: kept with all of their jobs, listed, changed from state to state."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, tuple_, update

from schemas.api.key import Role
from schemas.api.replay.run import ReplayPace, ReplayState
from schemas.api.status import JobState
from services.gateway.access.actor import Actor
from services.gateway.access.principal import Principal
from services.gateway.api.request_info import RequestInfo
from services.gateway.database.moment import from_us, to_us
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight, narrow
from services.gateway.job.table import JOBS
from services.gateway.replay.stored_replay import (
    GONE,
    OPEN_STATES,
    FailedItem,
    ReplayItem,
    StoredReplay,
)
from services.gateway.replay.table import REPLAY_JOBS, REPLAY_MANIFESTS, REPLAYS
from services.replay.question.plan import Planned

_R, _J = REPLAYS.c, REPLAY_JOBS.c
_SOURCES = JOBS.alias("sources")
_FIND = select(REPLAYS).where(_R.replay_id == bindparam("id"))
_STATE = select(_R.state).where(_R.replay_id == bindparam("id"))
_LIST = select(REPLAYS).order_by(_R.created_us.desc(), _R.replay_id.desc())
_PLACE: Any = tuple_(_R.created_us, _R.replay_id)
_OPEN = select(_R.replay_id).where(_R.state.in_(OPEN_STATES)).order_by(_R.created_us).limit(1)
_WITH_JOB = REPLAY_JOBS.outerjoin(JOBS, JOBS.c.job_id == _J.job_id)
_COUNTS = (
    select(func.coalesce(JOBS.c.status, _J.outcome), func.count())
    .select_from(_WITH_JOB)
    .where(_J.replay_id == bindparam("id"))
    .group_by(func.coalesce(JOBS.c.status, _J.outcome))
)
_ITEMS = (
    select(_J.number, _J.source_job_id, _J.job_id, JOBS.c.status, _SOURCES.c.fold)
    .select_from(_WITH_JOB.outerjoin(_SOURCES, _SOURCES.c.job_id == _J.source_job_id))
    .where(_J.replay_id == bindparam("id"), _J.number > bindparam("after"))
    .order_by(_J.number)
    .limit(bindparam("most"))
)
_ENDED = select(_R.replay_id).where(_R.ended_us < bindparam("before_us")).limit(1)
_FAILED = (
    select(_J.number, _J.source_job_id, _J.job_id, JOBS.c.fold)
    .select_from(REPLAY_JOBS.join(JOBS, JOBS.c.job_id == _J.job_id))
    .where(_J.replay_id == bindparam("id"), JOBS.c.status == JobState.FAILED)
    .order_by(_J.number)
    .limit(bindparam("most"))
)
_OF_REPLAY = update(REPLAYS).where(_R.replay_id == bindparam("id"))
_NOTE_GONE = (
    update(REPLAY_JOBS)
    .where(_J.replay_id == bindparam("id"), _J.source_job_id == bindparam("source"))
    .values(outcome=GONE)
)


def keep_replay(connection: Connection, wanted: StoredReplay, planned: Planned) -> None:
    """Keep a replay with its manifest and its jobs."""
    connection.execute(insert(REPLAYS), [_write(wanted)])
    manifest = {"replay_id": wanted.replay_id, "manifest": planned.packed}
    connection.execute(insert(REPLAY_MANIFESTS), [manifest])
    rows = [
        {
            "replay_id": wanted.replay_id,
            "number": number,
            "source_job_id": source,
            "job_id": job_id,
        }
        for number, (source, job_id) in enumerate(planned.jobs, 1)
    ]
    if rows:
        connection.execute(insert(REPLAY_JOBS), rows)


def find_replay(connection: Connection, replay_id: str, sight: Sight) -> StoredReplay | None:
    """A replay with its counts, if it is seen."""
    row = connection.execute(narrow(_FIND, REPLAYS, sight), {"id": replay_id}).first()
    return None if row is None else _count(connection, _read(row))


def list_replays(
    connection: Connection, sight: Sight, after: Place | None, limit: int
) -> list[StoredReplay]:
    """Replays with their counts, newest first."""
    query = narrow(_LIST, REPLAYS, sight).limit(limit)
    query = query if after is None else query.where((after.at_us, after.id) > _PLACE)
    return [_count(connection, _read(row)) for row in connection.execute(query).all()]


def find_open(connection: Connection) -> StoredReplay | None:
    """The replay for which there is something to do: the oldest one."""
    replay_id = connection.execute(_OPEN).scalar()
    return None if replay_id is None else find_replay(connection, replay_id, None)


def read_manifest(connection: Connection, replay_id: str, sight: Sight) -> bytes | None:
    """The manifest of a replay that is seen, as JSON."""
    query = select(REPLAY_MANIFESTS.c.manifest).join(
        REPLAYS, REPLAYS.c.replay_id == REPLAY_MANIFESTS.c.replay_id
    )
    query = narrow(query.where(_R.replay_id == replay_id), REPLAYS, sight)
    packed = connection.execute(query).scalar()
    return None if packed is None else zlib.decompress(packed)


def list_items(connection: Connection, replay_id: str, after: int, limit: int) -> list[ReplayItem]:
    """Jobs of a replay after a number, in their order."""
    told = {"id": replay_id, "after": after, "most": limit}
    return [ReplayItem(*row) for row in connection.execute(_ITEMS, told)]


def list_failed(connection: Connection, replay_id: str, limit: int) -> list[FailedItem]:
    """Jobs of a replay that have failed, in their order."""
    rows = connection.execute(_FAILED, {"id": replay_id, "most": limit})
    return [FailedItem(*row) for row in rows]


def list_controls(connection: Connection, replay_id: str, sight: Sight) -> list[StoredReplay]:
    """The controls of a replay that are seen, newest first."""
    told = f'"controlOf": {json.dumps(replay_id)}'
    query = narrow(_LIST, REPLAYS, sight).where(_R.summary.contains(told, autoescape=True))
    return [_count(connection, _read(row)) for row in connection.execute(query).all()]


def set_state(
    connection: Connection,
    replay_id: str,
    before: Sequence[ReplayState],
    after: ReplayState,
    **values: Any,
) -> bool:
    """Change the state of a replay, and what goes with it.

    Returns:
        Whether it was in one of the states of before.
    """
    change = _OF_REPLAY.where(_R.state.in_(before)).values(state=after, **values)
    return bool(connection.execute(change, {"id": replay_id}).rowcount)


def note_progress(
    connection: Connection, replay_id: str, held_back_s: float, detail: str | None
) -> ReplayState | None:
    """Note for how long it was held back, and what it waits for.

    Returns:
        Its state; None where it is gone.
    """
    change = _OF_REPLAY.values(held_back_s=held_back_s, detail=detail)
    connection.execute(change, {"id": replay_id})
    state = connection.execute(_STATE, {"id": replay_id}).scalar()
    return None if state is None else ReplayState(state)


def note_gone(connection: Connection, replay_id: str, sources: Sequence[str]) -> None:
    """Note jobs that cannot be started."""
    if sources:
        connection.execute(_NOTE_GONE, [{"id": replay_id, "source": one} for one in sources])


def forget_replay(connection: Connection, before: datetime) -> int:
    """Let go of one replay that ended before a moment, with its manifest and the list of its jobs.

    Returns:
        Whether there was one.
    """
    replay_id = connection.execute(_ENDED, {"before_us": to_us(before)}).scalar()
    for table in (REPLAY_JOBS, REPLAY_MANIFESTS, REPLAYS) if replay_id else ():
        connection.execute(delete(table).where(table.c.replay_id == replay_id))
    return int(replay_id is not None)


def _count(connection: Connection, replay: StoredReplay) -> StoredReplay:
    rows = connection.execute(_COUNTS, {"id": replay.replay_id})
    return replace(replay, counts={name: count for name, count in rows if name is not None})


def _write(replay: StoredReplay) -> dict[str, Any]:
    return {
        "replay_id": replay.replay_id,
        "tenant": replay.sight,
        "state": replay.state,
        "stage": replay.summary["stage"],
        "total": replay.total,
        "summary": json.dumps(dict(replay.summary)),
        "held_back_s": replay.held_back_s,
        "created_us": to_us(replay.created_at),
        **acted_by(replay.actor),
    }


def acted_by(actor: Actor) -> dict[str, Any]:
    """The columns that say who has acted on it last."""
    principal = actor.principal
    return {
        "reason": actor.reason,
        "by": principal.name,
        "by_key": principal.key_id,
        "by_tenant": principal.tenant,
        "role": principal.role,
        "request_id": actor.info.request_id,
    }


def _read(row: Any) -> StoredReplay:
    principal = Principal(row.by_tenant, Role(row.role), row.by_key, row.by)
    return StoredReplay(
        replay_id=row.replay_id,
        sight=row.tenant,
        state=ReplayState(row.state),
        summary=json.loads(row.summary),
        pace=None if row.pace is None else ReplayPace.from_json(row.pace),
        held_back_s=row.held_back_s,
        detail=row.detail,
        actor=Actor(principal, RequestInfo(row.request_id, ""), row.reason),
        total=row.total,
        created_at=from_us(row.created_us),
        ended_at=None if row.ended_us is None else from_us(row.ended_us),
        place=Place(row.created_us, row.replay_id),
    )


def ended(at: datetime | None) -> dict[str, Any]:
    """The columns that say when it has ended; None where it goes on."""
    return {"ended_us": None if at is None else to_us(at)}
