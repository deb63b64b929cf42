"""Reads jobs: from the projection, and from the reservations what is not projected yet."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from schemas.api.status import JobState
from schemas.kafka.control import PromotedResult
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.database.moment import to_us
from services.gateway.database.place import Place
from services.gateway.database.sight import Sight, is_no_canary, narrow
from services.gateway.job.reservation_store import (
    Reservation,
    count_published,
    find_published,
)
from services.gateway.job.table import HISTORY, JOBS, RESERVATIONS, RESULTS
from services.gateway.status.change import ProjectedJob
from services.gateway.status.fold import read_fold
from services.gateway.status.state import describe
from services.gateway.tombstone.table import TOMBSTONES


@dataclass(frozen=True)
class StoredJob:
    """A job as the tables have it, without the record of its furthest answer.

    Attributes:
        tenant: Whose it is; None while nothing says it.
    """

    job_id: str
    place: Place
    known: ProjectedJob
    tenant: str | None

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return describe(self.known.fold).state.is_final

    @property
    def is_shadow(self) -> bool:
        """Whether it is for comparison only: nobody is told of it, no list has it unasked."""
        return self.known.fold.is_shadow

    @property
    def last_answer(self) -> StageName | None:
        """The furthest stage that has answered."""
        fold = self.known.fold
        answered = (stage for stage in reversed(STAGE_ORDER) if fold.answer_of(stage) is not None)
        return next(answered, None)

    @property
    def has_value(self) -> bool:
        """Whether there is a record of its current result."""
        return self.last_answer is not None or self._promoted(None) is not None

    def value_key(self, version: int | None) -> tuple[str, StageName | None]:
        """Which stage of which job has answered with a result.

        Args:
            version: None for the current one.
        """
        promoted = self._promoted(version)
        if promoted is None:
            return self.job_id, self.last_answer
        return str(promoted.job_id), promoted.stage

    def _promoted(self, version: int | None) -> PromotedResult | None:
        fold = self.known.fold
        wanted = fold.result_version if version is None else version
        return None if fold.promoted is None else fold.promoted.said.find(wanted)


FindJob = Callable[[str, Sight, float, Callable[[StoredJob], bool]], Awaitable[StoredJob | None]]
"""Finds a job that is seen, once it is news or as it is after so many seconds; None for none."""


@dataclass(frozen=True)
class Use:
    """That an id is or was a job's.

    Attributes:
        accepted_us: When the job was accepted, in Unix microseconds.
        is_gone: Whether it was taken out of the tables.
    """

    accepted_us: int
    is_gone: bool


@dataclass(frozen=True)
class StoredItem:
    """A row of a job's history.

    Attributes:
        place: In the order of the facts of all jobs; None where it is in none.
        cause: The kind of error, where an attempt failed or was parked; code: the provider's.
        due_ms: When the next attempt is due, in Unix milliseconds.
    """

    sequence: int
    kind: str
    stage: str
    attempt: int
    redrive: int
    at_ms: int
    topic: str
    partition: int
    offset: int
    message: str | None
    job_id: str
    place: int | None = None
    cause: str | None = None
    code: str | None = None
    due_ms: int | None = None


HISTORY_COLUMNS = [HISTORY.c[name] for name in StoredItem.__dataclass_fields__]
_FIND = select(JOBS).where(JOBS.c.job_id == bindparam("id"))
_ACCEPTED = [
    (table, select(table.c.accepted_us).where(table.c.job_id == bindparam("id")))
    for table in (RESERVATIONS, JOBS, TOMBSTONES)
]
_FOLDS = select(JOBS.c.job_id, JOBS.c.fold).where(
    JOBS.c.job_id.in_(bindparam("ids", expanding=True))
)
_VERSIONS = select(JOBS.c.job_id, JOBS.c.version).where(
    JOBS.c.job_id.in_(bindparam("ids", expanding=True))
)
_RESULTS = select(RESULTS.c.value).where(
    RESULTS.c.job_id == bindparam("id"), RESULTS.c.stage == bindparam("of_stage")
)
_HISTORY = (
    select(*HISTORY_COLUMNS)
    .where(HISTORY.c.job_id == bindparam("id"), HISTORY.c.sequence > bindparam("after"))
    .order_by(HISTORY.c.sequence)
    .limit(bindparam("most"))
)
_OPEN_STATES = [state for state in JobState if not state.is_final]
_COUNT_OPEN = (
    select(JOBS.c.status, func.count())
    .where(JOBS.c.status.in_(_OPEN_STATES), is_no_canary(JOBS), JOBS.c.is_shadow.is_(False))
    .group_by(JOBS.c.status)
)
_OLDEST_OPEN = select(func.min(JOBS.c.accepted_us)).where(
    JOBS.c.status.in_(_OPEN_STATES), is_no_canary(JOBS), JOBS.c.is_shadow.is_(False)
)


def find_job(connection: Connection, job_id: str, sight: Sight) -> StoredJob | None:
    """Find a job, also one that has only just been accepted.

    The same is done for a job that is not seen as for one that does not exist.
    """
    row = connection.execute(narrow(_FIND, JOBS, sight), {"id": job_id}).first()
    if row is not None:
        return read_job(row)
    reservation = find_published(connection, job_id, sight)
    return None if reservation is None else read_reservation(reservation)


def find_use(connection: Connection, job_id: str) -> Use | None:
    """What is known of the use of an id, of whoever's job it is; None for one never used."""
    for table, query in _ACCEPTED:
        at_us = connection.execute(query, {"id": job_id}).scalar()
        if at_us is not None:
            return Use(at_us, is_gone=table is TOMBSTONES)
    return None


def find_value(connection: Connection, job: StoredJob, version: int | None = None) -> bytes | None:
    """The record of a job's furthest answer, None before the first.

    Args:
        version: Of its results, from 1; None for the current one.
    """
    job_id, stage = job.value_key(version)
    value = connection.execute(_RESULTS, {"id": job_id, "of_stage": stage}).scalar()
    return None if value is None else bytes(value)


def list_versions(connection: Connection, job_ids: Sequence[str]) -> dict[str, int]:
    """The versions of those of the jobs that are in the projection."""
    rows = connection.execute(_VERSIONS, {"ids": list(job_ids)})
    return dict(rows.all())


def list_history(connection: Connection, job_id: str, after: int, limit: int) -> list[StoredItem]:
    """The history of a job after a sequence number, in the order in which it was folded."""
    rows = connection.execute(_HISTORY, {"id": job_id, "after": after, "most": limit})
    return [StoredItem(*row) for row in rows]


def read_job_and_history(
    connection: Connection, job_id: str, sight: Sight, after: int, limit: int
) -> tuple[StoredJob | None, list[StoredItem]]:
    """A job that is seen and what is new in its history, of one moment."""
    job = find_job(connection, job_id, sight)
    return job, list_history(connection, job_id, after, limit)


def count_open(connection: Connection) -> dict[JobState, int]:
    """How many jobs are in each state that is not final."""
    counts = dict.fromkeys(_OPEN_STATES, 0)
    counts |= {JobState(status): count for status, count in connection.execute(_COUNT_OPEN)}
    counts[JobState.PENDING] += count_published(connection)
    return counts


def find_oldest_open_us(connection: Connection) -> int | None:
    """When the oldest open job that somebody waits for was accepted, in Unix microseconds.

    None where there is none.
    """
    return connection.execute(_OLDEST_OPEN).scalar()


def list_cancelled(connection: Connection, job_ids: Sequence[str]) -> frozenset[str]:
    """Those of the jobs that somebody has asked to be cancelled."""
    rows = connection.execute(_FOLDS, {"ids": list(job_ids)})
    return frozenset(job_id for job_id, fold in rows if read_fold(fold).is_cancel_asked)


def read_reservation(reservation: Reservation) -> StoredJob:
    """The job of a reservation: accepted, and nothing has happened yet."""
    place = Place(to_us(reservation.accepted_at), reservation.job_id)
    known = ProjectedJob(reservation.fold, 0)
    return StoredJob(reservation.job_id, place, known, reservation.tenant)


def read_job(row: Any) -> StoredJob:
    """The job of a row."""
    known = ProjectedJob(read_fold(row.fold), row.version)
    return StoredJob(row.job_id, Place(row.accepted_us, row.job_id), known, row.tenant)
