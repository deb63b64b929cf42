"""Reads what flows through a stage: requests, suggestions, waiting records, dead letters."""

from dataclasses import replace

from schemas.kafka.headers import ErrorKind, Headers, salvage_headers
from schemas.kafka.topics import TopicKind
from schemas.stage import STAGE_ORDER
from services.gateway.record.opened_record import OpenedRecord, UnreadableRecordError
from services.gateway.record.orphan import OrphanLetter, make_mark
from services.gateway.status.cell import AttemptFailure, Cell, Phase, Term
from services.gateway.status.fact import Fact, make_fact
from services.gateway.status.fold import JobFold, Subject, read_subject
from services.gateway.status.used import read_used
from services.kafka import ConsumedRecord

MOST_MICRO_USD = 10**15


def read_request(opened: OpenedRecord) -> Fact:
    """Read a record of a stage's requests: new, put back when due, or redriven."""
    job_id, headers = opened.job_id, opened.headers
    at = (opened.stage, headers.redrive, headers.attempt)
    parked, deadline_ms = headers.parked or 0, opened.deadline_ms
    put_back = parked if _is_put_back(headers) else None
    cell = Cell(*at, Phase.SCHEDULED, parked=parked, deadline_ms=deadline_ms, put_back=put_back)
    return make_fact(opened.record, job_id, _name_request(headers), cell, _subject(opened))


def _is_put_back(headers: Headers) -> bool:
    """Whether the record has waited in a tier."""
    return headers.attempt > 1 or headers.not_before_ms is not None


def _name_request(headers: Headers) -> str:
    if _is_put_back(headers):
        return "retry due"
    return "redriven" if headers.redrive else "accepted"


def read_suggestion(opened: OpenedRecord) -> Fact:
    """Read a record of a stage's suggestions, which is the next stage's request too."""
    job_id, stage, record = opened.job_id, opened.stage, opened.record
    headers, body = opened.headers, opened.body
    provenance = body.provenance.get(stage)
    if provenance is None or body.results.of(stage) is None:
        raise UnreadableRecordError("value")
    answered = Cell(
        stage,
        headers.redrive,
        provenance.attempt,
        term=Term.SUCCEEDED,
        ended_ms=record.timestamp_ms,
        answer=record.offset,
        spent=_to_micro(provenance.cost_usd),
        engine=provenance.engine and provenance.engine.value,
    )
    cells = (answered, *_schedule_next(opened))
    fold = JobFold(_subject(opened), record.timestamp_ms, cells)
    at = (stage, provenance.attempt, headers.redrive)
    used = read_used(provenance)
    return Fact(job_id, "succeeded", *at, record, fold, value=record.value, used=used)


def _schedule_next(opened: OpenedRecord) -> tuple[Cell, ...]:
    following = STAGE_ORDER[STAGE_ORDER.index(opened.stage) + 1 :][:1]
    asked = [stage for stage in following if stage in opened.body.job.stages]
    at, due = (opened.headers.redrive, opened.headers.attempt), opened.deadline_ms
    return tuple(Cell(s, *at, Phase.SCHEDULED, deadline_ms=due) for s in asked)


def read_retry(opened: OpenedRecord) -> Fact:
    """Read a record that waits in a tier."""
    job_id, headers = opened.job_id, opened.headers
    if headers.parked:
        return _read_parked(opened, headers.parked)
    if headers.attempt == 1:
        raise UnreadableRecordError("headers")
    # The record carries the attempt that it will be, which proves that the one before has failed.
    failed = _fail(opened, headers, headers.attempt - 1)
    at = (opened.stage, headers.redrive, headers.attempt)
    waiting = Cell(
        *at,
        Phase.WAITING,
        not_before_ms=headers.not_before_ms,
        deadline_ms=_find_deadline(opened),
    )
    said = (_find_subject(opened), headers.error_message)
    fact = make_fact(opened.record, job_id, "retry scheduled", waiting, *said)
    return replace(fact, fold=replace(fact.fold, cells=(failed, waiting)))


def _read_parked(opened: OpenedRecord, parked: int) -> Fact:
    # The attempt is not charged, so it is the same one that waits.
    headers = opened.headers
    waiting = Cell(
        opened.stage,
        headers.redrive,
        headers.attempt,
        Phase.WAITING,
        failure=replace(_read_failure(headers, opened.record), parked=parked),
        not_before_ms=headers.not_before_ms,
        parked=parked,
        deadline_ms=_find_deadline(opened),
    )
    said = (_find_subject(opened), headers.error_message)
    return make_fact(opened.record, opened.job_id, "parked", waiting, *said)


def read_dead_letter(opened: OpenedRecord) -> Fact:
    """Read a dead letter of a job. Whatever its headers and value are, the job has failed.

    An odd header takes no other with it: attempt and redrive are not lost.
    """
    headers = salvage_headers(opened.record.headers)
    place = (opened.record.offset, opened.record.partition)
    cell = replace(_fail(opened, headers, headers.attempt), letter=place)
    said = (_find_subject(opened), headers.error_message or "")
    return make_fact(opened.record, opened.job_id, "failed", cell, *said)


def read_orphan(opened: OpenedRecord) -> OrphanLetter:
    """Read a dead letter whose key is no job's."""
    headers = salvage_headers(opened.record.headers)
    cell = _fail(opened, headers, headers.attempt)
    return OrphanLetter(make_mark(headers, opened.record), cell, opened.record)


def _fail(opened: OpenedRecord, headers: Headers, attempt: int) -> Cell:
    return Cell(
        opened.stage,
        headers.redrive,
        attempt,
        term=Term.FAILED,
        ended_ms=opened.record.timestamp_ms,
        failure=_read_failure(headers, opened.record),
        spent=_to_micro(headers.spent_usd),
    )


def _to_micro(usd: float | None) -> int | None:
    """Millionths of a dollar, as many as any database holds."""
    return None if usd is None else min(round(usd * 1_000_000), MOST_MICRO_USD)


def _read_failure(headers: Headers, record: ConsumedRecord) -> AttemptFailure:
    kind, message = headers.error_kind or ErrorKind.POISON, headers.error_message or ""
    return AttemptFailure(record.offset, kind, headers.error_code, message)


def _find_subject(opened: OpenedRecord) -> Subject | None:
    try:
        return _subject(opened)
    except UnreadableRecordError:
        return None


def _find_deadline(opened: OpenedRecord) -> int | None:
    try:
        return opened.deadline_ms
    except UnreadableRecordError:
        return None


def _subject(opened: OpenedRecord) -> Subject:
    return read_subject(opened.body, (_rank(opened), opened.record.offset))


def _rank(opened: OpenedRecord) -> int:
    """Orders the topics in which a job can be read, the earliest first."""
    return STAGE_ORDER.index(opened.stage) * len(TopicKind) + opened.role.kind
