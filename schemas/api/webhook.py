"""Webhooks: where a tenant is told of its jobs, and what became of telling it."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

from schemas.api.act import Reason
from schemas.api.key import DEFAULT_OVERLAP_S, MAX_OVERLAP_S
from schemas.contract import Contract, RequestContract, Whole
from schemas.tenant import Tenant
from schemas.webhook import Events, Url

NO_EVENTS_OF_JOBS: dict[str, JsonValue] = {
    "not": {
        "properties": {"forJobs": {"const": True}, "events": {"minItems": 1}},
        "required": ["forJobs", "events"],
    }
}
"""Of an endpoint that takes jobs' own webhooks, each job says what it is told."""

Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Webhook(Contract):
    """An endpoint, without its secret.

    Attributes:
        events: What it is told; empty for all there is, also of later releases.
        for_jobs: It is told nothing but what jobs ask for with a `webhook` of their own.
        state: active, failing (nothing was taken since `failing_since`) or disabled.
        failing_share: How much of the time for which it may fail is over; at 1 it is disabled.
        held_until: Nothing is sent before: it was away, or has asked for that with Retry-After.
        disabled_why: by hand, gone (it has answered 410) or failing.
        sequence: Of the last event that was noted for it. They go from 1, without gaps.
        old_secret_until: For so long what is sent is signed with the former secret, too.
    """

    id: str
    tenant: str
    url: str
    description: str
    events: tuple[str, ...]
    for_jobs: bool
    state: str
    created_at: datetime
    created_by: str
    failing_since: datetime | None
    failing_share: float
    held_until: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None
    old_secret_until: datetime | None
    sequence: int


class NewWebhook(Webhook):
    """An endpoint whose secret has just been made.

    Attributes:
        secret: Proves that what comes is ours. It is shown this once.
    """

    secret: str


class WebhookPage(Contract):
    """A page of endpoints, newest first.

    Attributes:
        next: The cursor of the next page, None on the last one.
    """

    webhooks: tuple[Webhook, ...]
    next: str | None


class WebhookRequest(RequestContract):
    """Which endpoint to make.

    Attributes:
        events: What to tell it; empty for everything.
        for_jobs: Tell it nothing by itself: it takes the webhooks that jobs name on its host.
        tenant: Whose jobs it is told of; for admins. None for that of who asks.
    """

    model_config = ConfigDict(json_schema_extra=NO_EVENTS_OF_JOBS)

    url: Url
    events: Events = ()
    description: Description = ""
    for_jobs: bool = False
    tenant: Tenant | None = None

    @model_validator(mode="after")
    def _check_events_of_jobs(self) -> Self:
        if self.for_jobs and self.events:
            raise ValueError("events: with forJobs each job says what it is told: leave them out")
        return self


class WebhookChange(RequestContract):
    """What of an endpoint is to be another. What is not given stays.

    Attributes:
        is_enabled: False: nothing is sent any more. True: it begins anew, with what has waited.
        reason: Why, for the log of acts.
    """

    url: Url | None = None
    events: Events | None = None
    description: Description | None = None
    is_enabled: bool | None = None
    reason: Reason = ""


class SecretRequest(RequestContract):
    """How a secret is replaced.

    Attributes:
        overlap_s: For how long what is sent is signed with the old one, too.
    """

    overlap_s: Annotated[int, Field(ge=0, le=MAX_OVERLAP_S), Whole] = DEFAULT_OVERLAP_S


class RecoverRequest(RequestContract):
    """What to send again.

    Attributes:
        since: What has happened from then on.
        until: And before then; None for up to now.
        undelivered_only: Leave out what was taken.
        reason: Why, for the log of acts.
    """

    since: AwareDatetime
    until: AwareDatetime | None = None
    undelivered_only: bool = False
    reason: Reason = ""

    @model_validator(mode="after")
    def _check_span(self) -> Self:
        if self.until is not None and self.until <= self.since:
            raise ValueError("until: it is not after since")
        return self


class RecoverResult(Contract):
    """How many are sent again, in the order in which they were noted."""

    count: int


class Delivery(Contract):
    """One event on its way to one endpoint.

    Attributes:
        id: The header `webhook-id`, the same at each attempt.
        sequence: Of the endpoint's events, from 1.
        state: pending, delivered, failed (given up on), skipped (it was disabled) or dropped (the
            job waited no more).
        due_at: When it is tried next; None where it is not.
        attempts: How often it was sent.
        last_status: What the last one was answered with; None where there was no answer.
        last_error: Why the last one came to nothing.
    """

    id: str
    webhook_id: str
    sequence: int
    type: str
    job_id: str | None
    state: str
    occurred_at: datetime
    due_at: datetime | None
    attempts: int
    last_status: int | None
    last_error: str | None


class DeliveryAttempt(Contract):
    """One request and what came of it.

    Attributes:
        url: Without what stands behind its `?`.
        request_headers: Without the signature.
        duration_ms: Until the answer, or until it was given up on.
        answer_body: The beginning of it, without what looks like a secret.
    """

    at: datetime
    url: str
    request_headers: dict[str, str]
    duration_ms: int
    status: int | None
    error: str | None
    answer_headers: dict[str, str]
    answer_body: str | None


class DeliveryRecord(Delivery):
    """A delivery with what is sent, and what came of each attempt, the last 20 of them.

    Attributes:
        body: The request's body, byte for byte.
    """

    body: str
    log: tuple[DeliveryAttempt, ...]


class DeliveryPage(Contract):
    """A page of deliveries, newest first.

    Attributes:
        next: The cursor of the next page, None on the last one.
    """

    deliveries: tuple[Delivery, ...]
    next: str | None
