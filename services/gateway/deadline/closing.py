"""What ends a job past its deadline: a dead letter, or that it is cancelled. Pure.

a cancel was asked      it is cancelled: no call can be open any more, and none begins
its input is found      a dead letter `deadline` as a stage writes it, to be put back like any
it is found nowhere     a dead letter `lost` without a value: the job is named, and cannot run
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from schemas.job.record import RECORD_SCHEMA
from schemas.kafka.event import EVENT_SCHEMA, EventKind, JobEvent
from schemas.kafka.headers import ErrorKind, Headers, cut, salvage_headers
from schemas.kafka.topics import DAY_MS
from services.gateway.deadline.store import Copy
from services.gateway.status.cell import Cell, Phase
from services.gateway.status.due import LONGEST_WAIT_MS
from services.gateway.status.state import StageDescription
from services.kafka import ConsumedRecord
from services.telemetry.release import find_release

FAILED = "failed"
LOST = "lost"
CANCELLED = "cancelled"

WRITER = "gateway"
"""Stands where an event names the worker."""

WHILE = {
    Phase.NONE: "before the {stage} stage took it on",
    Phase.SCHEDULED: "before the {stage} stage took it on",
    Phase.WAITING: "while it waited for the {stage} stage to try it again",
    Phase.STARTED: "and the {stage} stage, which had begun, has not told what came of it",
}


@dataclass(frozen=True)
class Closing:
    """What is published about a job.

    Attributes:
        word: What it makes of the job.
    """

    word: str
    value: bytes | None
    headers: Headers


def write_cancelled(job_id: str, cell: Cell, now: datetime) -> Closing:
    """The fact that a job is cancelled, in place of a stage that is not there to say it."""
    event = JobEvent(
        kind=EventKind.CANCELLED,
        job_id=UUID(job_id),
        stage=cell.stage,
        attempt=cell.attempt,
        redrive=cell.redrive,
        worker=WRITER,
        heard_at=now,
        at=now,
    )
    return Closing(CANCELLED, event.to_json(), Headers(schema=EVENT_SCHEMA))


def write_late(
    stage: StageDescription, cell: Cell, source: ConsumedRecord, now: datetime
) -> Closing:
    """A dead letter of the record as it came, for the attempt that stands."""
    came_with = salvage_headers(source.headers)
    origin = (came_with.origin_topic, came_with.origin_partition, came_with.origin_offset)
    if None in origin:
        origin = (source.topic, source.partition, source.offset)
    message = f"{_tell_late(cell)} {WHILE[cell.phase].format(stage=stage.stage)}"
    if stage.last_failure is not None:
        message += f"; the last failure: {stage.last_failure.message}"
    headers = _give_up(cell, came_with, ErrorKind.DEADLINE, message, now)
    return Closing(FAILED, source.value, _with_origin(headers, *origin))


def write_lost(cell: Cell, copies: list[Copy], now: datetime) -> Closing:
    """A dead letter without a value, where no topic holds the record any more."""
    where = f": {copies[0]} was deleted, by age, size or hand," if copies else ""
    message = (
        f"{_tell_late(cell)} and no topic holds its record any more{where} before the"
        f" {cell.stage} stage had ended it; post the request again, with another key"
    )
    headers = _give_up(cell, Headers(schema=RECORD_SCHEMA), ErrorKind.LOST, message, now)
    if copies:
        headers = _with_origin(headers, *copies[0].position, copies[0].offset)
    return Closing(LOST, None, headers)


def _tell_late(cell: Cell) -> str:
    if cell.deadline_ms is None:
        return f"the job, which has no deadline, has waited for {LONGEST_WAIT_MS // DAY_MS} days,"
    return "the job's deadline has passed"


def _give_up(
    cell: Cell, came_with: Headers, kind: ErrorKind, message: str, now: datetime
) -> Headers:
    return replace(
        came_with,
        attempt=cell.attempt,
        redrive=cell.redrive,
        not_before_ms=None,
        parked=None,
        first_failed_ms=came_with.first_failed_ms or int(now.timestamp() * 1000),
        error_kind=kind,
        error_code=kind.value,
        error_message=cut(message),
        release=find_release(),
        # A worker that pulls the record at this moment says the same of the same attempt.
        repeat=1,
    )


def _with_origin(
    headers: Headers, topic: str | None, partition: int | None, offset: int | None
) -> Headers:
    return replace(headers, origin_topic=topic, origin_partition=partition, origin_offset=offset)
