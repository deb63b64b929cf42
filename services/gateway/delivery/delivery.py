"""Deliveries: one event for one endpoint each, and what came of sending it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.gateway.delivery.endpoint import StoredEndpoint


class DeliveryState(StrEnum):
    """Where a delivery stands.

    pending -> sending -> delivered | pending | failed        skipped, dropped

    Sending: its holder has a lease, until it is due. Skipped: its endpoint was disabled. Dropped:
    what it was to tell was not so any more.
    """

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Draft:
    """An event that an endpoint is to be told of.

    Attributes:
        delivery_id: The same for the same event, however often it is found.
        due_at: When it is to be sent; None for at once.
        url: Where, if not to its endpoint's.
        traceparent: The span of the record that led to it; None where there is none.
    """

    delivery_id: str
    endpoint_id: str
    tenant: str
    type: str
    job_id: str | None
    body: str
    occurred_at: datetime
    due_at: datetime | None = None
    url: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True)
class StoredDelivery:
    """A delivery as the tables have it.

    Attributes:
        attempts: How often in its schedule it came to nothing, since it was noted or put back.
        sent: How many requests were made, over all.
        url: Where it is sent, if not to its endpoint's.
        traceparent: The span of the record that led to it; None where there is none.
    """

    delivery_id: str
    endpoint_id: str
    tenant: str
    sequence: int
    type: str
    job_id: str | None
    body: str
    occurred_at: datetime
    created_at: datetime
    state: DeliveryState
    due_at: datetime
    attempts: int
    sent: int
    last_status: int | None
    last_error: str | None
    url: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True)
class Claim:
    """A delivery that is this gateway's to send, for a while.

    Attributes:
        delivery: As it was before.
        until: Then it is anybody's.
    """

    endpoint: StoredEndpoint
    delivery: StoredDelivery
    claimed_at: datetime
    until: datetime

    @property
    def url(self) -> str:
        """Where it is sent."""
        return self.delivery.url or self.endpoint.url

    @property
    def was_due(self) -> bool:
        """Whether it is its own turn; else it is sent for another, to keep the order."""
        return self.delivery.due_at <= self.claimed_at


@dataclass(frozen=True)
class Attempt:
    """One request and what came of it.

    Attributes:
        status: None where there was no answer.
        error: Why it came to nothing; None where it was taken.
        retry_after_s: How long it is asked to be left alone, in seconds.
    """

    at: datetime
    url: str
    request_headers: dict[str, str]
    duration_ms: int
    status: int | None = None
    error: str | None = None
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer_body: str | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True)
class Sent:
    """What was claimed and sent, and what came of it."""

    claim: Claim
    attempt: Attempt
