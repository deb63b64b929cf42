"""Takes jobs out of every table, in one transaction, and finds those that are old enough for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, select

from schemas.api.status import JobState
from services.gateway.callback.table import CALLBACKS
from services.gateway.database.moment import to_us
from services.gateway.database.place import Place, is_after, newest_first
from services.gateway.dead_letter.store import list_open_jobs
from services.gateway.dead_letter.table import DEAD_LETTERS, DISCARDS, REDRIVES
from services.gateway.feed.store import note_removal
from services.gateway.job.reservation_store import ReservationState
from services.gateway.job.store import StoredJob, read_job
from services.gateway.job.table import HISTORY, JOBS, RESERVATIONS, RESULTS
from services.gateway.listing.projection import delete_marks, keys_of
from services.gateway.removal.promoted_store import leave_out_used
from services.gateway.status.state import describe
from services.gateway.tombstone.store import Cause, Tombstone, set_tombstones

FINAL = [state for state in JobState if state.is_final]
OF_JOBS: tuple[Table, ...] = (
    RESULTS,
    HISTORY,
    DEAD_LETTERS,
    REDRIVES,
    DISCARDS,
    RESERVATIONS,
    CALLBACKS,
    JOBS,
)

_DELETE = {
    table.name: delete(table).where(table.c.job_id.in_(bindparam("ids", expanding=True)))
    for table in OF_JOBS
}
_COUNT = (
    select(HISTORY.c.topic, func.count(), func.max(HISTORY.c.at_ms))
    .where(HISTORY.c.job_id.in_(bindparam("ids", expanding=True)))
    .group_by(HISTORY.c.topic)
    .order_by(HISTORY.c.topic)
)
_ENDED = select(JOBS).where(
    JOBS.c.status == bindparam("in_status"), JOBS.c.accepted_us < bindparam("before_us")
)
_OVER = (ReservationState.PROJECTED, ReservationState.REFUSED)
_OLD_RESERVATIONS = (
    select(RESERVATIONS.c.job_id)
    .where(
        RESERVATIONS.c.state == bindparam("in_state"),
        RESERVATIONS.c.accepted_us < bindparam("before_us"),
    )
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class Page:
    """What was looked at in one go.

    Attributes:
        gone: How many jobs were taken out.
        last: Where the next page begins after; None where this was the last one.
    """

    gone: int
    last: Place | None


def prune_jobs(
    connection: Connection,
    status: JobState,
    before: datetime,
    after: Place | None,
    limit: int,
    now: datetime,
) -> Page:
    """Take out jobs of a final status that had ended before a moment, the newest first.

    A job with an open dead letter waits for a person, so it stays. A replay that was promoted stays
    for as long as its source, and goes the next time.
    """
    query = _ENDED.order_by(*newest_first(JOBS)).limit(limit)
    query = query if after is None else query.where(is_after(JOBS, after))
    told = {"in_status": status, "before_us": to_us(before)}
    jobs = [read_job(row) for row in connection.execute(query, told)]
    waiting = list_open_jobs(connection, [job.job_id for job in jobs])
    ended = [job for job in jobs if job.job_id not in waiting and _has_ended(job, before)]
    old = list(leave_out_used(connection, ended))
    remove_jobs(connection, old, Cause.PRUNED, now)
    return Page(len(old), jobs[-1].place if len(jobs) == limit else None)


def remove_jobs(
    connection: Connection, jobs: Sequence[StoredJob], cause: Cause, now: datetime
) -> None:
    """Take jobs out of every table, and set their tombstones."""
    if not jobs:
        return
    gone = sorted(jobs, key=lambda job: job.job_id)
    set_tombstones(
        connection, [Tombstone(j.job_id, j.tenant, cause, j.place.at_us, now) for j in gone]
    )
    note_removal(connection, [job.job_id for job in gone])
    for job in gone:
        delete_marks(connection, keys_of(job.job_id, job.known.fold))
    for table in OF_JOBS:
        connection.execute(_DELETE[table.name], {"ids": [job.job_id for job in gone]})


@dataclass(frozen=True)
class Held:
    """What Kafka was seen to hold of a job in one topic.

    Attributes:
        last_ms: When the last of them was appended, in Unix milliseconds.
    """

    topic: str
    records: int
    last_ms: int


def count_records(connection: Connection, job_ids: Sequence[str]) -> list[Held]:
    """How many records of jobs were read from each topic."""
    return [Held(*row) for row in connection.execute(_COUNT, {"ids": list(job_ids)})]


def prune_reservations(connection: Connection, before: datetime, limit: int) -> int:
    """Let go of reservations that the projection answers for, or that were refused.

    Returns:
        How many those were.
    """
    count = 0
    for state in _OVER:
        told: dict[str, Any] = {"in_state": state, "before_us": to_us(before), "most": limit}
        old = list(connection.execute(_OLD_RESERVATIONS, told).scalars())
        if old:
            connection.execute(_DELETE[RESERVATIONS.name], {"ids": old})
        count += len(old)
    return count


def _has_ended(job: StoredJob, before: datetime) -> bool:
    ended_at = describe(job.known.fold).completed_at
    return ended_at is not None and ended_at < before
