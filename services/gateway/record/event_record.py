"""Reads job.events and job.control: what happened to a job that no record of it states."""

from dataclasses import replace

from schemas.kafka.control import CONTROL_SCHEMA
from schemas.kafka.event import EventKind, JobEvent
from services.gateway.record.opened_record import OpenedRecord, UnreadableRecordError
from services.gateway.status.cell import Calls, Cell, Phase, Term
from services.gateway.status.fact import RESULT_CHANGED, Fact, make_fact
from services.gateway.status.fold import Cancel, JobFold
from services.gateway.status.promotion import Promoted


def read_event(opened: OpenedRecord) -> Fact:
    """Read a record of job.events."""
    return _EVENTS[opened.event.kind](opened)


def _read_started(opened: OpenedRecord) -> Fact:
    cell = replace(_begun(opened.event), started_ms=opened.record.timestamp_ms)
    return make_fact(opened.record, opened.job_id, opened.event.kind.value, cell, None)


def _read_under_way(opened: OpenedRecord) -> Fact:
    # The delivery goes on, or comes again, and owns the stage until then: nothing is decided.
    cell = _begun(opened.event)
    return make_fact(opened.record, opened.job_id, opened.event.kind.value, cell, None)


def _read_answered(opened: OpenedRecord) -> Fact:
    event = opened.event
    known = event.calls_planned > 0
    calls = Calls.count(event.calls_done, event.calls_planned) if known else None
    cell = replace(_begun(event), calls=calls)
    return make_fact(opened.record, opened.job_id, event.kind.value, cell, None)


def _begun(event: JobEvent) -> Cell:
    at = (event.stage, event.redrive, event.attempt)
    return Cell(*at, Phase.STARTED, parked=event.parked)


def _read_cancelled(opened: OpenedRecord) -> Fact:
    event, at_ms = opened.event, opened.record.timestamp_ms
    cell = Cell(event.stage, event.redrive, event.attempt, term=Term.CANCELLED, ended_ms=at_ms)
    cancel = Cancel(heard_ms=at_ms, closed_ms=at_ms if event.call_closed else None)
    fact = make_fact(opened.record, opened.job_id, event.kind.value, cell, None)
    return replace(fact, fold=replace(fact.fold, cancel=cancel))


def _read_heard(opened: OpenedRecord) -> Fact:
    event, record = opened.event, opened.record
    cancel = Cancel(heard_ms=record.timestamp_ms, heard=frozenset({event.stage}))
    fold = JobFold(None, record.timestamp_ms, (), cancel)
    at = (event.stage, event.attempt, event.redrive)
    return Fact(opened.job_id, event.kind.value, *at, record, fold)


_EVENTS = {
    EventKind.STARTED: _read_started,
    EventKind.ANSWERED: _read_answered,
    EventKind.INTERRUPTED: _read_under_way,
    EventKind.CANCEL_HEARD: _read_heard,
    EventKind.CANCELLED: _read_cancelled,
}


def read_control(opened: OpenedRecord) -> Fact:
    """Read a record of job.control."""
    job_id, record = opened.job_id, opened.record
    if record.value is None:
        raise UnreadableRecordError("purge")
    if opened.promotes:
        return _read_promotion(opened)
    opened.refuse_later(CONTROL_SCHEMA)
    fold = JobFold(None, record.timestamp_ms, (), Cancel(asked_ms=record.timestamp_ms))
    return Fact(job_id, "cancel asked", opened.stage, 1, 0, record, fold)


def _read_promotion(opened: OpenedRecord) -> Fact:
    said, record = opened.promotion, opened.record
    fold = JobFold(
        None, record.timestamp_ms, promoted=Promoted(record.offset, record.timestamp_ms, said)
    )
    stage = (said.promoted or said.results[-1]).stage if said.results else opened.stage
    message = f"version {said.current} of {len(said.results) + 1}"
    return Fact(opened.job_id, RESULT_CHANGED, stage, 1, 0, record, fold, message)
