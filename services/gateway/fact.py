"""Reads a Kafka record as one fact about one job."""

from dataclasses import dataclass, replace

from schemas.event import EventKind, JobEvent
from schemas.headers import ErrorKind, Headers
from schemas.record import StageRecord
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.fold import Cancel, Cell, Failure, JobFold, Phase, Subject, Term
from services.gateway.record_part import (
    UnreadableRecordError,
    read_body,
    read_headers,
    read_key,
)
from services.gateway.source import Source, TopicKind
from services.stage_runtime.kafka import ConsumedRecord

UNREADABLE = Headers(error_kind=ErrorKind.POISON, error_message="the record's headers are no text")


@dataclass(frozen=True, slots=True)
class Fact:
    """What one record says.

    Attributes:
        kind: accepted, started, retry scheduled, parked, retry due, succeeded, failed, redriven,
            cancelled or cancel asked.
        attempt: With "retry scheduled" the one that waits; the one before it has failed.
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

    @property
    def dead_letter(self) -> Cell | None:
        """The attempt that has been given up on, where the record is a dead letter."""
        return self.fold.cells[0] if self.kind == "failed" else None


def read_fact(source: Source, record: ConsumedRecord) -> Fact:
    """Read a record of a topic.

    Raises:
        UnreadableRecordError: It says nothing about a job.
    """
    job_id = read_key(record)
    match source.kind:
        case TopicKind.REQUESTS:
            return _read_request(source, record, job_id)
        case TopicKind.SUGGESTIONS:
            return _read_suggestion(source, record, job_id)
        case TopicKind.RETRIES:
            return _read_retry(source, record, job_id)
        case TopicKind.DEAD_LETTERS:
            return _read_dead_letter(source, record, job_id)
        case TopicKind.EVENTS:
            return _read_event(record, job_id)
        case TopicKind.CONTROL:
            return _read_control(source, record, job_id)


def describe(record: StageRecord, source: tuple[int, int]) -> Subject:
    """What the job of a record is about."""
    job = record.job
    return Subject(
        source, job.table_id, job.context.title, job.stages, job.context.is_new, job.accepted_at
    )


def _read_request(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    headers, body = read_headers(record), read_body(record, job_id)
    cell = Cell(source.stage, headers.redrive, headers.attempt, Phase.SCHEDULED)
    kind = _name_request(headers)
    return _fact(record, job_id, kind, cell, _subject(body, source, record))


def _name_request(headers: Headers) -> str:
    if headers.attempt > 1 or headers.not_before_ms is not None:
        return "retry due"
    return "redriven" if headers.redrive else "accepted"


def _read_suggestion(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    headers, body = read_headers(record), read_body(record, job_id)
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


def _read_retry(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    headers = read_headers(record)
    if headers.parked:
        return _read_parked(source, record, job_id, headers)
    if headers.attempt == 1:
        raise UnreadableRecordError("headers")
    # The record carries the attempt that it will be, which proves that the one before has failed.
    failed = _fail(source, headers, headers.attempt - 1, record)
    waiting = Cell(
        source.stage,
        headers.redrive,
        headers.attempt,
        Phase.WAITING,
        not_before_ms=headers.not_before_ms,
    )
    subject = _find_subject(source, record, job_id)
    fact = _fact(record, job_id, "retry scheduled", waiting, subject, headers.error_message)
    return replace(fact, fold=replace(fact.fold, cells=(failed, waiting)))


def _read_parked(source: Source, record: ConsumedRecord, job_id: str, headers: Headers) -> Fact:
    # The attempt is not charged, so it is the same one that waits.
    tried = _fail(source, headers, headers.attempt, record)
    waiting = replace(
        tried,
        phase=Phase.PARKED,
        term=Term.NONE,
        ended_ms=None,
        not_before_ms=headers.not_before_ms,
    )
    subject = _find_subject(source, record, job_id)
    return _fact(record, job_id, "parked", waiting, subject, headers.error_message)


def _read_dead_letter(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    try:
        headers = read_headers(record)
    except UnreadableRecordError:
        headers = UNREADABLE
    cell = _fail(source, headers, headers.attempt, record)
    subject = _find_subject(source, record, job_id)
    return _fact(record, job_id, "failed", cell, subject, headers.error_message or "")


def _fail(source: Source, headers: Headers, attempt: int, record: ConsumedRecord) -> Cell:
    kind, message = headers.error_kind or ErrorKind.POISON, headers.error_message or ""
    failure = Failure(record.offset, kind, headers.error_code, message)
    return Cell(
        source.stage,
        headers.redrive,
        attempt,
        term=Term.FAILED,
        ended_ms=record.timestamp_ms,
        failure=failure,
    )


def _find_subject(source: Source, record: ConsumedRecord, job_id: str) -> Subject | None:
    try:
        return _subject(read_body(record, job_id), source, record)
    except UnreadableRecordError:
        return None


def _read_event(record: ConsumedRecord, job_id: str) -> Fact:
    try:
        event = JobEvent.from_json(record.value or b"")
    except ValueError as error:
        raise UnreadableRecordError("value") from error
    if str(event.job_id) != job_id:
        raise UnreadableRecordError("key")
    return _EVENTS[event.kind](event, record, job_id)


def _read_started(event: JobEvent, record: ConsumedRecord, job_id: str) -> Fact:
    begun = (event.stage, event.redrive, event.attempt, Phase.STARTED)
    cell = Cell(*begun, started_ms=record.timestamp_ms)
    return _fact(record, job_id, event.kind.value, cell, None)


def _read_interrupted(event: JobEvent, record: ConsumedRecord, job_id: str) -> Fact:
    # The same delivery comes again: nothing has been decided.
    cell = Cell(event.stage, event.redrive, event.attempt)
    return _fact(record, job_id, event.kind.value, cell, None)


def _read_cancelled(event: JobEvent, record: ConsumedRecord, job_id: str) -> Fact:
    at_ms = record.timestamp_ms
    cell = Cell(event.stage, event.redrive, event.attempt, term=Term.CANCELLED, ended_ms=at_ms)
    cancel = Cancel(heard_ms=at_ms, closed_ms=at_ms if event.call_closed else None)
    fact = _fact(record, job_id, event.kind.value, cell, None)
    return replace(fact, fold=replace(fact.fold, cancel=cancel))


def _read_heard(event: JobEvent, record: ConsumedRecord, job_id: str) -> Fact:
    cancel = Cancel(heard_ms=record.timestamp_ms, heard=frozenset({event.stage}))
    fold = JobFold(None, record.timestamp_ms, (), cancel)
    return Fact(job_id, event.kind.value, event.stage, event.attempt, event.redrive, record, fold)


_EVENTS = {
    EventKind.STARTED: _read_started,
    EventKind.INTERRUPTED: _read_interrupted,
    EventKind.CANCEL_HEARD: _read_heard,
    EventKind.CANCELLED: _read_cancelled,
}


def _read_control(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    if record.value is None:
        raise UnreadableRecordError("purge")
    fold = JobFold(None, record.timestamp_ms, (), Cancel(asked_ms=record.timestamp_ms))
    return Fact(job_id, "cancel asked", source.stage, 1, 0, record, fold)


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
