"""What the API shows of a job, from what the tables know of it."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from schemas.contract import Contract
from schemas.headers import ErrorKind
from schemas.record import StageRecord
from schemas.result import assemble_result
from schemas.stage import STAGE_ORDER, StageName
from schemas.status import (
    HistoryItem,
    JobError,
    JobStatus,
    JobSummary,
    Links,
    StageState,
    StageStatus,
)
from services.gateway.event_id import EventId
from services.gateway.fold import Cell, JobFold
from services.gateway.standing import (
    accepted_at,
    completed_at,
    count_attempts,
    deciding_cell,
    job_state,
    progress,
    stage_state,
    started_at,
    to_datetime,
)
from services.gateway.store.job_store import StoredItem, StoredJob

JSON_TYPE = "application/json"
JOBS_PATH = "/v1/jobs"
POLL_S = "1"
"""What Retry-After tells those who poll, in seconds."""

HOPELESS = frozenset(
    {
        ErrorKind.POISON,
        ErrorKind.INVALID_REQUEST,
        ErrorKind.REFUSED,
        ErrorKind.OUTPUT_TOO_LARGE,
    }
)
"""Kinds of error that the same bytes meet again when they are put back."""


def show_summary(job: StoredJob) -> JobSummary:
    """A job as it stands in a list."""
    return JobSummary(**_fields(job, None))


def show_status(job: StoredJob) -> JobStatus:
    """A job in full."""
    record = None if job.value is None else StageRecord.from_json(job.value)
    result = None if record is None else assemble_result(record)
    return JobStatus(**_fields(job, record), result=result)


def show_item(item: StoredItem, generation: str) -> HistoryItem:
    """A fact of a job's history."""
    return HistoryItem(
        id=str(EventId(generation, item.sequence)),
        kind=item.kind,
        stage=StageName(item.stage),
        attempt=item.attempt,
        redrive=item.redrive,
        at=to_datetime(item.at_ms),
        topic=item.topic,
        partition=item.partition,
        offset=item.offset,
        message=item.message,
    )


def answer_json(
    body: Contract, headers: dict[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Answer with a contract, serialized once."""
    return Response(body.to_json(), status, headers, JSON_TYPE)


def job_path(job_id: str) -> str:
    """Where a job is read."""
    return f"{JOBS_PATH}/{job_id}"


def _fields(job: StoredJob, record: StageRecord | None) -> dict[str, Any]:
    fold, subject = job.known.fold, job.known.fold.subject
    stages = tuple(_show_stage(fold, stage, record) for stage in STAGE_ORDER)
    path = job_path(job.job_id)
    return {
        "job_id": job.job_id,
        "table_id": subject.table_id if subject else "",
        "title": subject.title if subject else "",
        "status": job_state(fold),
        "progress": progress(fold),
        "accepted_at": accepted_at(fold),
        "started_at": started_at(fold),
        "completed_at": completed_at(fold),
        "error": next((stage.error for stage in stages if stage.error), None),
        "stages": stages,
        "version": job.known.version,
        "links": Links(status=path, events=f"{path}/events"),
    }


def _show_stage(fold: JobFold, stage: StageName, record: StageRecord | None) -> StageStatus:
    state, cells = stage_state(fold, stage), fold.cells_of(stage)
    deciding = deciding_cell(fold, stage)
    is_over = deciding is not None and state in (StageState.COMPLETED, StageState.FAILED)
    return StageStatus(
        name=stage,
        state=state,
        attempts=count_attempts(fold, stage),
        started_at=_first([cell.started_ms for cell in cells]),
        ended_at=_first([deciding.ended_ms]) if deciding and is_over else None,
        error=_show_error(deciding) if deciding and state is StageState.FAILED else None,
        provenance=record.provenance.get(stage) if record else None,
    )


def _show_error(cell: Cell) -> JobError | None:
    if cell.failure is None:
        return None
    return JobError(
        stage=cell.stage,
        kind=cell.failure.kind,
        code=cell.failure.code,
        message=cell.failure.message,
        is_retryable=cell.failure.kind not in HOPELESS,
    )


def _first(moments_ms: list[int | None]) -> datetime | None:
    known = [moment for moment in moments_ms if moment is not None]
    return to_datetime(min(known)) if known else None
