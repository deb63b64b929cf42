"""Reads job.events and job.control: what happened to a job that no record of it states."""

from dataclasses import replace

from schemas.kafka.event import EventKind, JobEvent
from services.gateway.record.field import UnreadableRecordError
from services.gateway.record.topic_kind import Source
from services.gateway.status.cell import Cell, Phase, Term
from services.gateway.status.fact import Fact, make_fact
from services.gateway.status.fold import Cancel, JobFold
from services.kafka import ConsumedRecord


def read_event(record: ConsumedRecord, job_id: str) -> Fact:
    """Read a record of job.events."""
    try:
        event = JobEvent.from_json(record.value or b"")
    except ValueError as error:
        raise UnreadableRecordError("value") from error
    if str(event.job_id) != job_id:
        raise UnreadableRecordError("key")
    return _EVENTS[event.kind](event, record, job_id)


def _read_started(event: JobEvent, record: ConsumedRecord, job_id: str) -> Fact:
    cell = replace(_begun(event), started_ms=record.timestamp_ms)
    return make_fact(record, job_id, event.kind.value, cell, None)


def _read_interrupted(event: JobEvent, record: ConsumedRecord, job_id: str) -> Fact:
    # The same delivery comes again, and owns the stage until then: nothing has been decided.
    return make_fact(record, job_id, event.kind.value, _begun(event), None)


def _begun(event: JobEvent) -> Cell:
    at = (event.stage, event.redrive, event.attempt)
    return Cell(*at, Phase.STARTED, parked=event.parked)


def _read_cancelled(event: JobEvent, record: ConsumedRecord, job_id: str) -> Fact:
    at_ms = record.timestamp_ms
    cell = Cell(event.stage, event.redrive, event.attempt, term=Term.CANCELLED, ended_ms=at_ms)
    cancel = Cancel(heard_ms=at_ms, closed_ms=at_ms if event.call_closed else None)
    fact = make_fact(record, job_id, event.kind.value, cell, None)
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


def read_control(source: Source, record: ConsumedRecord, job_id: str) -> Fact:
    """Read a record of job.control."""
    if record.value is None:
        raise UnreadableRecordError("purge")
    fold = JobFold(None, record.timestamp_ms, (), Cancel(asked_ms=record.timestamp_ms))
    return Fact(job_id, "cancel asked", source.stage, 1, 0, record, fold)
