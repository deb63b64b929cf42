"""Reads what flows through a stage: requests, suggestions, waiting records, dead letters."""

from dataclasses import replace

from schemas.job.record import StageRecord
from schemas.kafka.headers import ErrorKind, Headers
from schemas.stage import STAGE_ORDER, StageName
from services.gateway.record.field import UnreadableRecordError, read_body, read_headers
from services.gateway.record.orphan import Stray, make_mark
from services.gateway.record.topic_kind import Source
from services.gateway.status.cell import Cell, Failure, Phase, Term
from services.gateway.status.fact import Fact, make_fact
from services.gateway.status.fold import JobFold, Subject, describe
from services.kafka import ConsumedRecord

UNREADABLE = Headers(error_kind=ErrorKind.POISON, error_message="the record's headers are no text")


def read_request(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    """Read a record of a stage's requests: new, put back when due, or redriven."""
    headers, body = read_headers(record), read_body(record, job_id)
    at = (source.stage, headers.redrive, headers.attempt)
    cell = Cell(*at, Phase.SCHEDULED, parked=headers.parked or 0)
    kind = _name_request(headers)
    return make_fact(record, job_id, kind, cell, _subject(body, source, record))


def _name_request(headers: Headers) -> str:
    if headers.attempt > 1 or headers.not_before_ms is not None:
        return "retry due"
    return "redriven" if headers.redrive else "accepted"


def read_suggestion(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    """Read a record of a stage's suggestions, which is the next stage's request too."""
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


def read_retry(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    """Read a record that waits in a tier."""
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
    fact = make_fact(record, job_id, "retry scheduled", waiting, subject, headers.error_message)
    return replace(fact, fold=replace(fact.fold, cells=(failed, waiting)))


def _read_parked(source: Source, record: ConsumedRecord, job_id: str, headers: Headers) -> Fact:
    # The attempt is not charged, so it is the same one that waits.
    parked = headers.parked or 0
    waiting = Cell(
        source.stage,
        headers.redrive,
        headers.attempt,
        Phase.WAITING,
        failure=replace(_read_failure(headers, record), parked=parked),
        not_before_ms=headers.not_before_ms,
        parked=parked,
    )
    subject = _find_subject(source, record, job_id)
    return make_fact(record, job_id, "parked", waiting, subject, headers.error_message)


def read_dead_letter(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    """Read a dead letter of a job. Whatever its headers and value are, the job has failed."""
    headers = _read_any_headers(record)
    cell = _fail(source, headers, headers.attempt, record)
    subject = _find_subject(source, record, job_id)
    return make_fact(record, job_id, "failed", cell, subject, headers.error_message or "")


def read_stray(source: Source, record: ConsumedRecord) -> Stray:
    """Read a dead letter whose key is no job's."""
    headers = _read_any_headers(record)
    cell = _fail(source, headers, headers.attempt, record)
    return Stray(make_mark(headers, record), cell, record)


def _read_any_headers(record: ConsumedRecord) -> Headers:
    try:
        return read_headers(record)
    except UnreadableRecordError:
        return UNREADABLE


def _fail(source: Source, headers: Headers, attempt: int, record: ConsumedRecord) -> Cell:
    return Cell(
        source.stage,
        headers.redrive,
        attempt,
        term=Term.FAILED,
        ended_ms=record.timestamp_ms,
        failure=_read_failure(headers, record),
    )


def _read_failure(headers: Headers, record: ConsumedRecord) -> Failure:
    kind, message = headers.error_kind or ErrorKind.POISON, headers.error_message or ""
    return Failure(record.offset, kind, headers.error_code, message)


def _find_subject(source: Source, record: ConsumedRecord, job_id: str) -> Subject | None:
    try:
        return _subject(read_body(record, job_id), source, record)
    except UnreadableRecordError:
        return None


def _subject(body: StageRecord, source: Source, record: ConsumedRecord) -> Subject:
    return describe(body, (source.rank, record.offset))
