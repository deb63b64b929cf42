"""The span of a record that a stage processes: what it is a part of, and what it came to.

A job is one trace. What has waited long, what was put back and what is run again begins a trace of
its own with a link to what led to it, so that no trace lasts for hours.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from schemas.kafka.headers import Headers, cut, salvage_headers
from services.kafka.value import ConsumedRecord
from services.stage_runtime.processing.outcome import DeadLettered, Outcome, RetryLater
from services.telemetry.log import bind_to_log
from services.telemetry.trace import attribute
from services.telemetry.trace.span import Kind, Link, Span, Told, current_span, is_traced, open_span
from services.telemetry.trace.traceparent import (
    TraceContext,
    find_context,
    make_exemplar,
    read_traceparent,
)

LONG_WAIT_MS = 60_000
"""What first failed longer ago is in another trace than what is tried now."""

MAX_MESSAGE_BYTES = 256


@contextmanager
def trace_record(stage: str, group: str, source: ConsumedRecord) -> Iterator[Span]:
    """Open the span of a record, and let the log name its trace."""
    given = find_context(source.headers)
    if not is_traced():
        _bind(given)
        yield current_span()
        return
    headers = salvage_headers(source.headers)
    parent, link = place(headers, source.timestamp_ms)
    told = _describe(stage, group, source, headers)
    with open_span(f"process {source.topic}", Kind.CONSUMER, told, parent, link) as span:
        _bind(span.context)
        yield span


def place(headers: Headers, appended_ms: int) -> tuple[TraceContext | None, Link | None]:
    """What a record's span is a part of, None for nothing, and what led to it besides."""
    given, led = read_traceparent(headers.traceparent), read_traceparent(headers.trace_link)
    if led is not None:
        return given, Link(led, "redrive" if headers.redrive else "replay")
    if given is None or not (headers.attempt > 1 or headers.parked):
        return given, None
    first_ms = headers.first_failed_ms
    has_waited = first_ms is not None and appended_ms - first_ms > LONG_WAIT_MS
    return None if has_waited else given, Link(given, "retry")


def find_exemplar(source: ConsumedRecord) -> dict[str, str] | None:
    """The trace of a record, which a dashboard's dot leads to; within its span that one's."""
    return make_exemplar(current_span().context or find_context(source.headers))


def tell_outcome(span: Span, outcome: Outcome) -> None:
    """Say what the record came to. What was given up on, or is tried again, has failed."""
    span.tell({attribute.OUTCOME: outcome.name})
    if isinstance(outcome, DeadLettered):
        span.fail(outcome.error_kind.value, cut(outcome.message, MAX_MESSAGE_BYTES))
    elif isinstance(outcome, RetryLater):
        span.fail(outcome.error.failure.value, cut(outcome.error.message, MAX_MESSAGE_BYTES))


def _describe(stage: str, group: str, source: ConsumedRecord, headers: Headers) -> Told:
    return {
        attribute.JOB_ID: source.shown_key,
        attribute.STAGE: stage,
        attribute.ATTEMPT: headers.attempt,
        attribute.REDRIVE: headers.redrive,
        attribute.SYSTEM: attribute.KAFKA,
        attribute.OPERATION: "process",
        attribute.OPERATION_TYPE: "process",
        attribute.TOPIC: source.topic,
        attribute.PARTITION: str(source.partition),
        attribute.OFFSET: source.offset,
        attribute.GROUP: group,
    }


def _bind(context: TraceContext | None) -> None:
    if context is not None:
        bind_to_log(trace_id=context.trace_id)
