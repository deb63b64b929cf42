"""What a webhook says: thin events, after Standard Webhooks. What they are about is read by id."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, JsonValue, StringConstraints

from schemas.contract import Contract, RequestContract
from schemas.open_enum import OpenEnum
from schemas.stage import StageName

TEST = "webhook.test"
MAX_BODY_BYTES = 20_000
MAX_URL = 2000

Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_URL)]


class WebhookEvent(OpenEnum):
    """What an endpoint can be told of."""

    COMPLETED = "job.completed"
    FAILED = "job.failed"
    CANCELLED = "job.cancelled"
    WAITING = "job.waiting"
    RESULT_CHANGED = "job.result_changed"
    BUDGET = "budget.warning"


WORDS: list[JsonValue] = [event.value for event in WebhookEvent]


def _check_event(event: str) -> str:
    if event not in list(WebhookEvent):
        raise ValueError(f"{event[:40]!r} is none of {', '.join(WebhookEvent)}")
    return event


def _check_job_event(event: str) -> str:
    if event == WebhookEvent.BUDGET:
        raise ValueError(f"{WebhookEvent.BUDGET} is no event of a job")
    return event


def _refuse_repeated(events: tuple[str, ...]) -> tuple[str, ...]:
    for position, event in enumerate(events):
        if event in events[:position]:
            raise ValueError(f"{event} is given twice")
    return events


JOB_WORDS: list[JsonValue] = [word for word in WORDS if word != WebhookEvent.BUDGET]
Event = Annotated[
    str, Field(max_length=64, json_schema_extra={"enum": WORDS}), AfterValidator(_check_event)
]
JobEvent = Annotated[
    str,
    Field(max_length=64, json_schema_extra={"enum": JOB_WORDS}),
    AfterValidator(_check_event),
    AfterValidator(_check_job_event),
]
Events = Annotated[
    tuple[Event, ...],
    Field(max_length=len(WORDS), json_schema_extra={"uniqueItems": True}),
    AfterValidator(_refuse_repeated),
]
JobEvents = Annotated[
    tuple[JobEvent, ...],
    Field(max_length=len(JOB_WORDS), json_schema_extra={"uniqueItems": True}),
    AfterValidator(_refuse_repeated),
]


class JobWebhook(RequestContract):
    """Where a job's own events are sent, beside what the tenant's endpoints are told.

    Attributes:
        url: On the host of an endpoint that was made for jobs' own (`forJobs`), whose secret signs.
        events: What is told; empty for all that there is of a job.
    """

    url: Url
    events: JobEvents = ()


class RecordPlace(Contract):
    """The Kafka record that says so. None where no single one does."""

    topic: str
    partition: int
    offset: int


class JobFailure(Contract):
    """Why a job has failed, in words for programs; for people its status says more."""

    stage: StageName
    kind: str
    code: str | None


class JobEventData(Contract):
    """What is said of a job.

    Attributes:
        sequence: How many facts of the job were known with this one: the number that its history
            and its live stream give it, too. Of two events of a job the higher one is the later.
        stage: Which one waits; None where the job has ended.
        waiting_since: None likewise.
        result_version: Which of its results the job has since; None where that has not changed.
        record: Where in Kafka it stands.
        links: Paths on the gateway.
    """

    job_id: str
    tenant: str
    table_id: str
    tags: tuple[str, ...]
    status: str
    sequence: int
    record: RecordPlace
    error: JobFailure | None = None
    stage: StageName | None = None
    waiting_since: datetime | None = None
    result_version: int | None = None
    links: dict[str, str]


class BudgetEventData(Contract):
    """What is said of a tenant's money.

    Attributes:
        day: In UTC.
        share: Of what the day may cost: 0.8 or 1.0 are passed.
    """

    tenant: str
    day: date
    share: float
    spent_usd: float
    limit_usd: float


class SampleEventData(Contract):
    """What a test event says."""

    webhook_id: str
    message: str = "this is a test event"


class EventBody(Contract):
    """The body of every webhook.

    Attributes:
        timestamp: When it happened; the header `webhook-timestamp` says when it was sent.
    """

    type: str
    timestamp: datetime
    data: Any


class JobEventBody(EventBody):
    """The body of job.completed, job.failed, job.cancelled, job.waiting and job.result_changed."""

    data: JobEventData


class BudgetEventBody(EventBody):
    """The body of budget.warning."""

    data: BudgetEventData


class SampleEventBody(EventBody):
    """The body of webhook.test."""

    data: SampleEventData
