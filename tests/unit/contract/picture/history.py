"""The jobs of the gateway whose pictures are taken: one of each kind."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from schemas.job.job import Job, accept
from schemas.job.record import StageRecord
from schemas.job.request import SuggestionRequest
from schemas.kafka.control import CancelRequest
from schemas.kafka.event import EventKind, JobEvent
from schemas.kafka.headers import ErrorKind, Headers
from schemas.stage import StageName
from services.kafka import ConsumedRecord
from tests.unit.gateway.example import NOW, TOPICS, consumed, orphan, whole_job

COMPLETED = UUID("0b5d4e1e-8f3c-4c1a-9c1e-2f0d7a6b5c4d")
RUNNING = UUID("1f0c9a52-3b7d-4e11-8a44-6d2b1c0e9f83")
WAITING = UUID("2a9b8c7d-6e5f-4a3b-9c2d-1e0f9a8b7c6d")
FAILED = UUID("3c4d5e6f-7a8b-4c9d-8e0f-1a2b3c4d5e6f")
CANCELLED = UUID("4e5f6a7b-8c9d-4e0f-9a1b-2c3d4e5f6a7b")

ALL = (COMPLETED, RUNNING, WAITING, FAILED, CANCELLED)

LONG_WHY = (
    "the model server answered 400: the schema of the answer is not taken by this model"
    " (\u4e00\u4e8c\u4e09); choose another one with LLM_MODEL"
)
WHY = {"error_kind": ErrorKind.PROVIDER, "error_code": "429", "error_message": "too many requests"}


def records() -> list[ConsumedRecord]:
    """All that the topics hold, each record with an offset and a time of its own."""
    offsets: Counter[str] = Counter()
    made = []
    for seconds, record in enumerate(_records()):
        at_ms = record.timestamp_ms + 1_000 * seconds
        made.append(replace(record, offset=offsets[record.topic], timestamp_ms=at_ms))
        offsets[record.topic] += 1
    return made


def _records() -> Iterator[ConsumedRecord]:
    yield from whole_job(_job(COMPLETED, "planets", "Planets of the Solar System"))
    running = _job(RUNNING, "a-table-with-a-long-id-of-its-own", "\u5c71\u306e\u540d\u524d " * 9)
    yield from whole_job(running)[:4]
    waiting = _job(WAITING, "tbl_7", "Cheeses of France")
    yield from (_request(waiting), _event(waiting, StageName.TABLE, EventKind.STARTED))
    yield _retry(waiting)
    failed = _job(FAILED, "tbl_8", "Rivers")
    yield from (*whole_job(failed)[:4], _letter(failed))
    cancelled = _job(CANCELLED, "tbl_9", "")
    yield from (_request(cancelled), _event(cancelled, StageName.TABLE, EventKind.STARTED))
    asked = CancelRequest(job_id=CANCELLED, asked_at=NOW).to_json()
    yield consumed(TOPICS.control, asked, 0, cancelled.key)
    for kind in (EventKind.CANCEL_HEARD, EventKind.CANCELLED):
        yield _event(cancelled, StageName.TABLE, kind, call_closed=True)
    yield orphan(0)


def _job(identity: UUID, table_id: str, title: str) -> Job:
    context = {"title": title or "Lakes", "description": ""}
    request = SuggestionRequest.model_validate({"tableId": table_id, "context": context})
    return accept(request, identity, NOW)


def _request(job: Job) -> ConsumedRecord:
    return consumed(TOPICS.requests(StageName.TABLE), StageRecord(job=job).to_json(), 0, job.key)


def _event(
    job: Job, stage: StageName, kind: EventKind, call_closed: bool = False
) -> ConsumedRecord:
    said = JobEvent(
        kind=kind,
        job_id=job.job_id,
        stage=stage,
        worker="w",
        at=NOW,
        heard_at=NOW if kind is EventKind.CANCEL_HEARD else None,
        call_closed=call_closed,
    )
    return consumed(TOPICS.events, said.to_json(), 0, job.key)


def _retry(job: Job) -> ConsumedRecord:
    headers = Headers(attempt=2, not_before_ms=1_767_323_050_678, **WHY)  # type: ignore[arg-type]
    topic = TOPICS.retries(StageName.TABLE)[0]
    return consumed(topic, StageRecord(job=job).to_json(), 0, job.key, headers)


def _letter(job: Job) -> ConsumedRecord:
    headers = Headers(
        attempt=2,
        error_kind=ErrorKind.OUTPUT_INVALID,
        error_code="C09",
        error_message=LONG_WHY,
        origin_topic=TOPICS.requests(StageName.COLUMN),
        origin_partition=0,
        origin_offset=3,
    )
    value = StageRecord(job=job).to_json()
    return consumed(TOPICS.dead_letters(StageName.COLUMN), value, 0, job.key, headers)
