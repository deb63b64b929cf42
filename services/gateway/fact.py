"""Reads a Kafka record as one fact about one job."""

from dataclasses import dataclass
from uuid import UUID

from schemas.event import JobEvent
from schemas.headers import ErrorKind, Headers, decode_headers
from schemas.record import StageRecord
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.fold import Cell, Failure, JobFold, Phase, Subject, Term
from services.gateway.source import Source, TopicKind
from services.stage_runtime.kafka import ConsumedRecord

UNREADABLE = Headers(error_kind=ErrorKind.POISON, error_message="the record's headers are no text")


class UnreadableRecordError(ValueError):
    """A record says nothing that can be folded. Never retried: its bytes stay what they are."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fact:
    """What one record says.

    Attributes:
        kind: accepted, started, succeeded or failed.
        value: The bytes of a success, None otherwise.
    """

    job_id: str
    kind: str
    stage: StageName
    attempt: int
    redrive: int
    record: ConsumedRecord
    fold: JobFold
    message: str | None = None
    value: bytes | None = None


def read_fact(source: Source, record: ConsumedRecord) -> Fact:
    """Read a record of a topic.

    Raises:
        UnreadableRecordError: It says nothing about a job.
    """
    job_id = _read_key(record)
    match source.kind:
        case TopicKind.REQUESTS:
            return _read_request(source, record, job_id)
        case TopicKind.SUGGESTIONS:
            return _read_suggestion(source, record, job_id)
        case TopicKind.DEAD_LETTERS:
            return _read_dead_letter(source, record, job_id)
        case TopicKind.EVENTS:
            return _read_event(record, job_id)


def describe(record: StageRecord, source: tuple[int, int]) -> Subject:
    """What the job of a record is about."""
    job = record.job
    return Subject(
        source, job.table_id, job.context.title, job.stages, job.context.is_new, job.accepted_at
    )


def _read_request(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    headers, body = _read_headers(record), _read_body(record, job_id)
    cell = Cell(source.stage, headers.redrive, headers.attempt, Phase.SCHEDULED)
    return _fact(record, job_id, "accepted", cell, _subject(body, source, record))


def _read_suggestion(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    headers, body = _read_headers(record), _read_body(record, job_id)
    provenance = body.provenance.get(source.stage)
    if provenance is None or body.results.of(source.stage) is None:
        raise UnreadableRecordError("value")
    answered = Cell(
        source.stage,
        headers.redrive,
        provenance.attempt,
        term=Term.SUCCEEDED,
        ended_ms=record.timestamp_ms,
        answer=record.offset,
    )
    cells = (answered, *_schedule_next(body, source.stage, headers))
    fold = JobFold(_subject(body, source, record), record.timestamp_ms, cells)
    return Fact(
        job_id,
        "succeeded",
        source.stage,
        provenance.attempt,
        headers.redrive,
        record,
        fold,
        value=record.value,
    )


def _schedule_next(body: StageRecord, stage: StageName, headers: Headers) -> tuple[Cell, ...]:
    following = STAGE_ORDER[STAGE_ORDER.index(stage) + 1 :][:1]
    asked = [stage for stage in following if stage in body.job.stages]
    return tuple(Cell(s, headers.redrive, headers.attempt, Phase.SCHEDULED) for s in asked)


def _read_dead_letter(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    try:
        headers = _read_headers(record)
    except UnreadableRecordError:
        headers = UNREADABLE
    try:
        subject = _subject(_read_body(record, job_id), source, record)
    except UnreadableRecordError:
        subject = None
    message = headers.error_message or ""
    failure = Failure(
        record.offset, headers.error_kind or ErrorKind.POISON, headers.error_code, message
    )
    cell = Cell(
        source.stage,
        headers.redrive,
        headers.attempt,
        term=Term.FAILED,
        ended_ms=record.timestamp_ms,
        failure=failure,
    )
    return _fact(record, job_id, "failed", cell, subject, message)


def _read_event(record: ConsumedRecord, job_id: str) -> Fact:
    try:
        event = JobEvent.from_json(record.value or b"")
    except ValueError as error:
        raise UnreadableRecordError("value") from error
    if str(event.job_id) != job_id:
        raise UnreadableRecordError("key")
    cell = Cell(
        event.stage,
        event.redrive,
        event.attempt,
        Phase.STARTED,
        started_ms=record.timestamp_ms,
    )
    return _fact(record, job_id, event.kind.value, cell, None)


def _fact(
    record: ConsumedRecord,
    job_id: str,
    kind: str,
    cell: Cell,
    subject: Subject | None,
    message: str | None = None,
) -> Fact:
    fold = JobFold(subject, record.timestamp_ms, (cell,))
    return Fact(job_id, kind, cell.stage, cell.attempt, cell.redrive, record, fold, message)


def _subject(body: StageRecord, source: Source, record: ConsumedRecord) -> Subject:
    return describe(body, (source.rank, record.offset))


def _read_key(record: ConsumedRecord) -> str:
    try:
        return str(UUID((record.key or b"").decode()))
    except ValueError as error:
        raise UnreadableRecordError("no-job-id") from error


def _read_headers(record: ConsumedRecord) -> Headers:
    try:
        return decode_headers(record.headers)
    except ValueError as error:
        raise UnreadableRecordError("headers") from error


def _read_body(record: ConsumedRecord, job_id: str) -> StageRecord:
    try:
        body = StageRecord.from_json(record.value or b"")
    except ValueError as error:
        raise UnreadableRecordError("value") from error
    if str(body.job.job_id) != job_id:
        raise UnreadableRecordError("key")
    return body
