"""Writes the records of an outcome: what is published, and what its headers say."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from schemas.job.record import RECORD_SCHEMA, StageRecord
from schemas.kafka.event import EVENT_SCHEMA, EventKind, JobEvent
from schemas.kafka.headers import Headers, cut, decode_headers, encode_headers
from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.failure.error import StageError
from services.failure.retry import RetryDecision
from services.kafka.value import ConsumedRecord
from services.stage_runtime.processing.delivery import Delivery
from services.stage_runtime.processing.outcome import (
    Cancelled,
    DeadLettered,
    Publication,
    RetryLater,
    Succeeded,
)

UNTRUSTED = Headers()
EVENT_HEADERS = Headers(schema=EVENT_SCHEMA)


def write_started(
    delivery: Delivery,
    stage: StageName,
    topics: TopicNames,
    worker: str,
    now: datetime,
    *,
    alone: bool = False,
) -> Publication:
    """The fact that a worker has begun on a delivery."""
    event = _event(delivery, stage, EventKind.STARTED, worker, now)
    return _write_event(delivery, topics, event.model_copy(update={"alone": alone}))


def write_interrupted(
    delivery: Delivery, stage: StageName, topics: TopicNames, worker: str, now: datetime
) -> Publication:
    """The fact that a worker on its way down has closed the call of a delivery, unacked."""
    event = _event(delivery, stage, EventKind.INTERRUPTED, worker, now)
    return _write_event(delivery, topics, event)


def write_cancelled(
    delivery: Delivery,
    stage: StageName,
    topics: TopicNames,
    worker: str,
    now: datetime,
    *,
    call_closed: bool,
) -> Cancelled:
    """The fact that a cancel was heard, and that no call of this delivery is open."""
    event = _event(delivery, stage, EventKind.CANCELLED, worker, now)
    event = event.model_copy(update={"heard_at": now, "call_closed": call_closed})
    return Cancelled(_write_event(delivery, topics, event), call_closed)


def write_cancel_heard(
    key: bytes, stage: StageName, topics: TopicNames, worker: str, now: datetime
) -> Publication | None:
    """The fact that a stage begins no call of a job any more; None where the key is no job's."""
    try:
        job_id = UUID(key.decode())
    except ValueError:
        return None
    event = JobEvent(
        kind=EventKind.CANCEL_HEARD, job_id=job_id, stage=stage, worker=worker, heard_at=now, at=now
    )
    return Publication(topics.events, key, event.to_json(), encode_headers(EVENT_HEADERS))


def _event(
    delivery: Delivery, stage: StageName, kind: EventKind, worker: str, now: datetime
) -> JobEvent:
    return JobEvent(
        kind=kind,
        job_id=delivery.job_id,
        stage=stage,
        attempt=delivery.headers.attempt,
        redrive=delivery.headers.redrive,
        parked=delivery.headers.parked or 0,
        worker=worker,
        at=now,
    )


def _write_event(delivery: Delivery, topics: TopicNames, event: JobEvent) -> Publication:
    headers = Headers(schema=EVENT_SCHEMA, traceparent=delivery.headers.traceparent)
    return Publication(
        topics.events, delivery.record.job.key, event.to_json(), encode_headers(headers)
    )


def write_success(
    delivery: Delivery, record: StageRecord, stage: StageName, topics: TopicNames
) -> Succeeded:
    """The stage's output, which is the next stage's input as it stands."""
    headers = Headers(
        schema=RECORD_SCHEMA,
        redrive=delivery.headers.redrive,
        deadline_ms=delivery.headers.deadline_ms,
        traceparent=delivery.headers.traceparent,
    )
    return Succeeded(
        Publication(
            topics.suggestions(stage), record.job.key, record.to_json(), encode_headers(headers)
        )
    )


def write_retry(
    delivery: Delivery,
    error: StageError,
    decision: RetryDecision,
    stage: StageName,
    topics: TopicNames,
    now_ms: int,
) -> RetryLater:
    """The record as it came, with headers that say why it waits and for which attempt."""
    came_with = delivery.headers
    headers = replace(
        came_with,
        attempt=decision.attempt,
        not_before_ms=int(decision.due_at.timestamp() * 1000),
        parked=None if error.verdict.is_charged else (came_with.parked or 0) + 1,
        first_failed_ms=came_with.first_failed_ms or now_ms,
        error_kind=error.kind,
        error_code=_code(error),
        error_message=cut(error.message),
        spent_usd=_add_up(came_with, error),
        repeat=None,
    )
    topic = topics.retry(stage, decision.tier)
    publication = Publication(
        topic, delivery.record.job.key, delivery.source.value, encode_headers(headers)
    )
    answered = came_with.attempt if error.verdict.is_charged else came_with.attempt - 1
    return RetryLater(publication, error, decision, came_with.redrive, answered)


def write_dead_letter(
    source: ConsumedRecord,
    error: StageError,
    stage: StageName,
    topics: TopicNames,
    now_ms: int,
) -> DeadLettered:
    """The record as it came, with headers that say why it was given up on."""
    came_with = _readable_headers(source)
    headers = replace(
        came_with,
        first_failed_ms=came_with.first_failed_ms or now_ms,
        error_kind=error.kind,
        not_before_ms=None,
        parked=None,
        error_code=_code(error),
        error_message=cut(error.message),
        origin_topic=came_with.origin_topic or source.topic,
        origin_partition=_first(came_with.origin_partition, source.partition),
        origin_offset=_first(came_with.origin_offset, source.offset),
        spent_usd=_add_up(came_with, error),
        repeat=None,
    )
    publication = Publication(
        topics.dead_letters(stage), source.key or b"", source.value, encode_headers(headers)
    )
    return DeadLettered(publication, error.kind, error.message)


def _readable_headers(source: ConsumedRecord) -> Headers:
    try:
        return decode_headers(source.headers)
    except ValueError:
        return UNTRUSTED


def _add_up(came_with: Headers, error: StageError) -> float | None:
    """What the attempts so far have cost; none where they have cost nothing."""
    return round((came_with.spent_usd or 0.0) + error.spent_usd, 9) or None


def _code(error: StageError) -> str:
    return cut(error.code or error.failure.value, 128)


def _first(written: int | None, fallback: int) -> int:
    return fallback if written is None else written
