"""Writes the records of an outcome: what is published, and what its headers say."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from schemas.job.record import RECORD_SCHEMA, Provenance, add_answer
from schemas.kafka.event import EVENT_SCHEMA, EventKind, JobEvent
from schemas.kafka.headers import Headers, cut, encode_headers, pass_on, salvage_headers
from schemas.kafka.topics import MAX_RECORD_BYTES, TopicNames
from schemas.stage import StageName
from services.failure.error import OutputTooLargeError, StageError
from services.failure.retry import RetryDecision
from services.kafka.value import ConsumedRecord
from services.lifecycle.clock import utc_now
from services.stage_runtime.processing.delivery import Delivery
from services.stage_runtime.processing.outcome import (
    Cancelled,
    DeadLettered,
    Publication,
    RetryLater,
    Succeeded,
)
from services.stage_runtime.suggestion.answer_keeper import CallCount
from services.telemetry.release import find_release

EVENT_HEADERS = Headers(schema=EVENT_SCHEMA)
RECORD_HEADROOM_BYTES = 16 * 1024


@dataclass(frozen=True)
class OutcomeWriter:
    """Writes the records of outcomes as one worker of one stage says them.

    Attributes:
        worker: The stable name of the process.
        now: The clock.
        release: What gives up says so.
    """

    stage: StageName
    topics: TopicNames
    worker: str
    now: Callable[[], datetime] = utc_now
    release: str = field(default_factory=find_release)

    def write_started(
        self, delivery: Delivery, begun_at: datetime, *, alone: bool = False
    ) -> Publication:
        """The fact that the worker has begun on a delivery."""
        event = self._event(delivery, EventKind.STARTED, begun_at)
        return self._write_event(delivery, event.model_copy(update={"alone": alone}))

    def write_answered(
        self, delivery: Delivery, kept: tuple[str, str] | None, calls: CallCount
    ) -> Publication:
        """A call was answered that is not the last of its attempt.

        Args:
            kept: Question and answer, to be found again if the attempt is cut short; None where
                the answer is asked for again.
        """
        event = self._event(delivery, EventKind.ANSWERED, self.now())
        question, answer = kept or (None, None)
        told = {"question": question, "answer": answer}
        counted = {"calls_done": calls.done, "calls_planned": calls.planned}
        return self._write_event(delivery, event.model_copy(update=told | counted))

    def write_interrupted(self, delivery: Delivery) -> Publication:
        """The fact that the worker on its way down has closed the call of a delivery, unacked."""
        return self._write_event(delivery, self._event(delivery, EventKind.INTERRUPTED, self.now()))

    def write_cancelled(self, delivery: Delivery, *, call_closed: bool) -> Cancelled:
        """The fact that a cancel was heard, and that no call of this delivery is open."""
        now = self.now()
        event = self._event(delivery, EventKind.CANCELLED, now)
        event = event.model_copy(update={"heard_at": now, "call_closed": call_closed})
        return Cancelled(self._write_event(delivery, event), call_closed)

    def write_cancel_heard(self, key: bytes) -> Publication | None:
        """The fact that the stage begins no call of a job any more; None for a key of no job."""
        try:
            job_id = UUID(key.decode())
        except ValueError:
            return None
        now = self.now()
        event = JobEvent(
            kind=EventKind.CANCEL_HEARD,
            job_id=job_id,
            stage=self.stage,
            worker=self.worker,
            heard_at=now,
            at=now,
        )
        return Publication(self.topics.events, key, event.to_json(), encode_headers(EVENT_HEADERS))

    def write_success(
        self, delivery: Delivery, suggestion: BaseModel | None, provenance: Provenance
    ) -> Succeeded:
        """The stage's output, which is the next stage's input as it stands.

        Another delivery begins with it: of the headers go those on that are the whole job's.
        """
        headers = Headers(
            schema=RECORD_SCHEMA,
            redrive=delivery.headers.redrive,
            deadline_ms=delivery.headers.deadline_ms,
            traceparent=delivery.headers.traceparent,
        )
        topic, key = self.topics.suggestions(self.stage), delivery.record.job.key
        value = add_answer(delivery.source.value or b"", self.stage, suggestion, provenance)
        return Succeeded(
            Publication(topic, key, value, encode_headers(headers)),
            has_called=bool(provenance.calls),
        )

    def write_retry(
        self, source: ConsumedRecord, error: StageError, decision: RetryDecision
    ) -> RetryLater:
        """The record as it came, with headers that say why it waits and for which attempt."""
        came_with = salvage_headers(source.headers)
        headers = replace(
            came_with,
            attempt=decision.attempt,
            not_before_ms=int(decision.due_at.timestamp() * 1000),
            parked=None if error.verdict.is_charged else (came_with.parked or 0) + 1,
            trace_link=None,
            **self._say_why(came_with, error),
        )
        publication = Publication(
            self.topics.retry(self.stage, decision.tier),
            source.key or b"",
            source.value,
            pass_on(source.headers, headers),
        )
        answered = came_with.attempt if error.verdict.is_charged else came_with.attempt - 1
        return RetryLater(publication, error, decision, came_with.redrive, answered)

    def write_dead_letter(self, source: ConsumedRecord, error: StageError) -> DeadLettered:
        """The record as it came, with headers that say why it was given up on."""
        came_with = salvage_headers(source.headers)
        headers = replace(
            came_with,
            not_before_ms=None,
            parked=None,
            trace_link=None,
            release=self.release,
            origin_topic=came_with.origin_topic or source.topic,
            origin_partition=_first(came_with.origin_partition, source.partition),
            origin_offset=_first(came_with.origin_offset, source.offset),
            **self._say_why(came_with, error),
        )
        topic = self.topics.dead_letters(self.stage)
        onward = pass_on(source.headers, headers)
        publication = Publication(topic, source.key or b"", source.value, onward)
        return DeadLettered(publication, error.kind, error.message)

    def _say_why(self, came_with: Headers, error: StageError) -> dict[str, Any]:
        return {
            "first_failed_ms": came_with.first_failed_ms or int(self.now().timestamp() * 1000),
            "error_kind": error.kind,
            "error_code": cut(error.code or error.failure.value, 128),
            "error_message": cut(error.message),
            "spent_usd": _add_up(came_with, error),
            "repeat": None,
        }

    def _event(self, delivery: Delivery, kind: EventKind, at: datetime) -> JobEvent:
        return JobEvent(
            kind=kind,
            job_id=delivery.job_id,
            stage=self.stage,
            attempt=delivery.headers.attempt,
            redrive=delivery.headers.redrive,
            parked=delivery.headers.parked or 0,
            worker=self.worker,
            at=at,
        )

    def _write_event(self, delivery: Delivery, event: JobEvent) -> Publication:
        headers = Headers(schema=EVENT_SCHEMA, traceparent=delivery.headers.traceparent)
        key = delivery.record.job.key
        return Publication(self.topics.events, key, event.to_json(), encode_headers(headers))


def _add_up(came_with: Headers, error: StageError) -> float | None:
    """What the attempts so far have cost; none where they have cost nothing."""
    return round((came_with.spent_usd or 0.0) + error.spent_usd, 9) or None


def _first(written: int | None, fallback: int) -> int:
    return fallback if written is None else written


def refuse_too_large(success: Succeeded) -> Succeeded:
    """The same, where a record can hold it.

    Raises:
        OutputTooLargeError: None can.
    """
    size = len(success.publication.value or b"")
    limit = MAX_RECORD_BYTES - RECORD_HEADROOM_BYTES
    if size > limit:
        raise OutputTooLargeError(
            f"the job with this answer takes {size} bytes, a record holds at most {limit}"
        )
    return success
