"""The span of one attempt to deliver a webhook: a part of its job's trace, or linked to it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from services.telemetry.trace import attribute
from services.telemetry.trace.span import NO_SPAN, Kind, Link, Span, is_traced, open_span
from services.telemetry.trace.traceparent import TraceContext, read_traceparent

LONG_WAIT_S = 60.0
"""What is told longer after than this is in a trace of its own, so that none lasts for days."""


@dataclass(frozen=True)
class Told:
    """What is told to whom.

    Attributes:
        event: Its type, of a closed set.
        job_id: None where it is about no job.
        attempt: From 1, over all requests of the delivery.
        traceparent: The span of the record that led to it; None where there is none.
        waited_s: Since that was so, in seconds.
    """

    event: str
    webhook: str
    delivery: str
    tenant: str
    job_id: str | None
    attempt: int
    traceparent: str | None
    waited_s: float


def open_delivery_span(told: Told) -> AbstractContextManager[Span]:
    """Open the span of one request."""
    if not is_traced():
        return NO_SPAN
    said = {
        attribute.JOB_ID: told.job_id,
        attribute.TENANT: told.tenant,
        attribute.WEBHOOK: told.webhook,
        attribute.DELIVERY: told.delivery,
        attribute.ATTEMPT: told.attempt,
        attribute.METHOD: "POST",
    }
    return open_span(f"deliver {told.event}", Kind.CLIENT, said, *place_delivery(told))


def place_delivery(told: Told) -> tuple[TraceContext | None, Link | None]:
    """What the span is a part of, None for nothing, and what led to it."""
    given = read_traceparent(told.traceparent)
    if given is None:
        return None, None
    return (None if told.waited_s > LONG_WAIT_S else given), Link(given, "webhook")


def tell_answer(span: Span, outcome: str, status: int | None) -> None:
    """Say what came of it. What was not taken has failed; what a stranger said is in no span.

    Args:
        outcome: taken, refused, away or gone.
        status: None where there was no answer.
    """
    span.tell({attribute.OUTCOME: outcome, attribute.STATUS: status})
    if outcome != "taken":
        span.fail(outcome if status is None else str(status))
