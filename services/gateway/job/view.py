"""What the API shows of a job, from what the tables know of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.api.result import ResultVersion, assemble_result
from schemas.api.status import (
    CallProgress,
    CancelReceipt,
    HistoryItem,
    JobError,
    JobStatus,
    JobSummary,
    Links,
    StageState,
    StageStatus,
)
from schemas.job.record import StageRecord
from schemas.kafka.control import OWN_VERSION
from schemas.kafka.headers import ErrorKind
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.job.event_id import EventId
from services.gateway.job.store import StoredItem, StoredJob
from services.gateway.status.fold import JobFold
from services.gateway.status.state import (
    JobDescription,
    StageDescription,
    describe,
    to_datetime,
)

JOBS_PATH = "/v1/jobs"
POLL_S = "1"
"""What Retry-After tells those who poll, in seconds."""

OVER = (StageState.COMPLETED, StageState.FAILED, StageState.CANCELLED)
TROUBLE = frozenset({"parked", "failed"})
"""Facts after which nothing goes on unless somebody looks after it."""

TROUBLED = frozenset({StageState.FAILED, StageState.WAITING})
"""States of a stage that its last failure explains."""


def show_summary(job: StoredJob) -> JobSummary:
    """A job as it stands in a list."""
    return JobSummary(**_fields(job, None))


def show_status(job: StoredJob, value: bytes | None) -> JobStatus:
    """A job in full.

    Args:
        value: The record of its furthest answer, None before the first.
    """
    record = None if value is None else open_record(job, value)
    result = None if record is None else assemble_result(record)
    fold = job.known.fold
    return JobStatus(
        **_fields(job, record),
        result=result,
        result_version=fold.result_version,
        result_versions=tuple(_list_versions(job.job_id, fold)),
    )


def open_record(job: StoredJob, value: bytes) -> StageRecord:
    """Read a result of a job. That of a replay is told as the job's own, whose place it takes."""
    record = StageRecord.from_json(value)
    if str(record.job.job_id) == job.job_id:
        return record
    asked = {"job_id": UUID(job.job_id), "stages": job.known.fold.stages or record.job.stages}
    return record.model_copy(update={"job": record.job.model_copy(update=asked)})


def _list_versions(job_id: str, fold: JobFold) -> Iterator[ResultVersion]:
    """All results of a job; none where there is none but its own."""
    if fold.promoted is None:
        return
    told = ((UUID(job_id), None), *((r.job_id, r.promoted_at) for r in fold.promoted.said.results))
    for version, (answered_by, at) in enumerate(told, OWN_VERSION):
        yield ResultVersion(
            version=version,
            job_id=answered_by,
            promoted_at=at,
            is_current=version == fold.result_version,
        )


def show_item(item: StoredItem, projection_id: str) -> HistoryItem:
    """A fact of a job's history."""
    return HistoryItem(
        id=str(EventId(projection_id, item.sequence)),
        kind=item.kind,
        stage=StageName(item.stage),
        attempt=item.attempt,
        redrive=item.redrive,
        at=to_datetime(item.at_ms),
        topic=item.topic,
        partition=item.partition,
        offset=item.offset,
        message=item.message,
        job_id=item.job_id,
        sequence=item.sequence,
        cause=ErrorKind(item.cause).shown if item.cause else None,
        code=item.code,
        retry_at=to_datetime(item.due_ms) if item.due_ms is not None else None,
        needs_attention=item.kind in TROUBLE,
    )


def job_path(job_id: str) -> str:
    """Where a job is read."""
    return f"{JOBS_PATH}/{job_id}"


def _fields(job: StoredJob, record: StageRecord | None) -> dict[str, Any]:
    described, subject = describe(job.known.fold), job.known.fold.subject
    stages = tuple(show_stage(described.of(stage), record) for stage in STAGE_ORDER)
    path = job_path(job.job_id)
    return {
        "job_id": job.job_id,
        "tenant": job.tenant,
        "table_id": subject.table_id if subject else "",
        "title": subject.title if subject else "",
        "tags": subject.tags if subject else (),
        "replay": subject.replay if subject else None,
        "status": described.state,
        "progress": described.progress,
        "accepted_at": described.accepted_at,
        "started_at": described.started_at,
        "completed_at": described.completed_at,
        "error": next((s.error for s in stages if s.state is StageState.FAILED), None),
        "cancel": _show_cancel(described),
        "stages": stages,
        "needs_attention": any(map(_needs_attention, described.asked)),
        "version": job.known.version,
        "links": _link(path),
    }


def _link(path: str) -> Links:
    return Links(
        status=path, events=f"{path}/events", cancel=f"{path}/cancel", retry=f"{path}/retry"
    )


def show_stage(described: StageDescription, record: StageRecord | None) -> StageStatus:
    """One stage of a job.

    Args:
        record: The newest that the job has; None where none is stored.
    """
    state, deciding = described.state, described.deciding
    is_over = deciding is not None and state in OVER
    is_timed = state is StageState.WAITING and deciding is not None and not deciding.is_put_back
    return StageStatus(
        name=described.stage,
        state=state,
        attempts=described.attempts,
        started_at=_first([cell.started_ms for cell in described.current]),
        ended_at=_first([deciding.ended_ms]) if deciding and is_over else None,
        retry_at=_first([deciding.not_before_ms]) if deciding and is_timed else None,
        error=_show_error(described) if state in TROUBLED else None,
        calls=_show_calls(described),
        provenance=record.provenance.get(described.stage) if record else None,
    )


def _needs_attention(described: StageDescription) -> bool:
    is_parked = described.deciding is not None and described.deciding.parked > 0
    return described.state is StageState.FAILED or (
        described.state is StageState.WAITING and is_parked
    )


def _show_calls(described: StageDescription) -> CallProgress | None:
    calls = described.calls
    if calls is None or described.state is not StageState.RUNNING:
        return None
    return CallProgress(done=calls.done, planned=calls.planned)


def _show_cancel(described: JobDescription) -> CancelReceipt | None:
    cancel = described.fold.cancel
    asked_ms = cancel.heard_ms if cancel.asked_ms is None else cancel.asked_ms
    if asked_ms is None:
        return None
    return CancelReceipt(
        asked_at=to_datetime(asked_ms),
        heard_at=_first([cancel.heard_ms]),
        closed_at=_first([cancel.closed_ms]),
        calls_not_made=described.uncalled,
    )


def _show_error(described: StageDescription) -> JobError | None:
    failure = described.last_failure
    if failure is None:
        return None
    return JobError(
        stage=described.stage,
        kind=failure.kind.shown,
        code=failure.code,
        message=failure.message,
        is_retryable=failure.kind.is_retryable,
        dead_letter_id=_name_letter(described),
    )


def _name_letter(described: StageDescription) -> str | None:
    letter = None if described.deciding is None else described.deciding.letter
    if letter is None or described.state is not StageState.FAILED:
        return None
    offset, partition = letter
    return f"{described.stage}-{partition}-{offset}"


def _first(moments_ms: list[int | None]) -> datetime | None:
    known = [moment for moment in moments_ms if moment is not None]
    return to_datetime(min(known)) if known else None
