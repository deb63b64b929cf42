"""Finds jobs that are due, and where Kafka has what they were given to do."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select, tuple_

from schemas.stage import StageName
from services.gateway.database.place import Place
from services.gateway.job.table import HISTORY, JOBS
from services.gateway.status.fold import JobFold, read_fold
from services.kafka import Position

INPUT_KINDS = ("accepted", "retry due", "redriven", "retry scheduled", "parked", "failed")
"""What the history calls the records that hold a stage's input as it came."""


@dataclass(frozen=True)
class DueJob:
    """A job that should have ended, and has not as far as the tables know."""

    place: Place
    fold: JobFold


@dataclass(frozen=True)
class Copy:
    """Where a stage's input lies, or lay: its bytes are the same in every topic."""

    position: Position
    offset: int

    def __str__(self) -> str:
        """The place as a person reads it."""
        topic, partition = self.position
        return f"{topic} partition {partition} offset {self.offset}"


_DUE: Any = JOBS.c.due_us
_FIRST_DUE = select(func.min(_DUE)).where(_DUE.is_not(None))
_LIST = (
    select(JOBS.c.job_id, _DUE, JOBS.c.fold)
    .where(bindparam("until_us") >= _DUE)
    .order_by(_DUE, JOBS.c.job_id)
)
_HOLDS_INPUT = or_(
    and_(HISTORY.c.stage == bindparam("of_stage"), HISTORY.c.kind.in_(INPUT_KINDS)),
    and_(HISTORY.c.stage == bindparam("before_stage"), HISTORY.c.kind == "succeeded"),
)
_COPIES = (
    select(
        HISTORY.c.topic,
        HISTORY.c.partition,
        HISTORY.c.stage,
        func.min(HISTORY.c.offset).label("first"),
        func.max(HISTORY.c.offset).label("last"),
    )
    .where(HISTORY.c.job_id == bindparam("id"), _HOLDS_INPUT)
    .group_by(HISTORY.c.topic, HISTORY.c.partition, HISTORY.c.stage)
    .order_by(func.max(HISTORY.c.at_ms).desc())
)


def find_first_due(connection: Connection) -> int | None:
    """When the first open job is or was due, in Unix microseconds; None where none ever is."""
    first: int | None = connection.execute(_FIRST_DUE).scalar_one()
    return first


def list_due(
    connection: Connection, until_us: int, after: Place | None, limit: int
) -> list[DueJob]:
    """Open jobs that were due by a moment, the longest overdue first."""
    query = _LIST.limit(limit)
    if after is not None:
        query = query.where(tuple_(_DUE, JOBS.c.job_id) > (after.at_us, after.id))
    rows = connection.execute(query, {"until_us": until_us})
    return [DueJob(Place(due_us, job_id), read_fold(fold)) for job_id, due_us, fold in rows]


def list_copies(connection: Connection, job_id: str, stage: StageName) -> list[Copy]:
    """The records that hold a stage's input: of each topic the last one, newest first.

    Of the answers of the stage before it is the first one, which is the one that counts.
    """
    told = {"id": job_id, "of_stage": stage, "before_stage": stage.previous}
    return [
        Copy((row.topic, row.partition), row.last if row.stage == stage else row.first)
        for row in connection.execute(_COPIES, told)
    ]
