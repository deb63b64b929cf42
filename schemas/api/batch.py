"""Many jobs at once: posted in one request, or acted on as a thing of its own."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.config import JsonDict

from schemas.api.act import Reason
from schemas.api.job_list import JobFilterRequest
from schemas.api.key import StreamToken
from schemas.api.problem import Problem
from schemas.api.status import JobSummary
from schemas.contract import Contract, RequestContract
from schemas.open_enum import OpenEnum

MAX_BATCH = 100


class BatchRequest(RequestContract):
    """What a client asks for.

    Attributes:
        jobs: Each as the body of POST /v1/jobs. One that is wrong stops no other.
    """

    jobs: Annotated[
        tuple[
            Annotated[Any, WithJsonSchema({"$ref": "#/components/schemas/SuggestionRequest"})], ...
        ],
        Field(min_length=1, max_length=MAX_BATCH, description="Each as the body of POST /v1/jobs."),
    ]


class BatchItem(Contract):
    """What became of one of them.

    Attributes:
        status: The HTTP status that it would have been answered with alone.
        location: Where the job is, also where its broker has not answered; None if there is none.
        job: The job; None where it was not accepted.
        problem: Why it was not accepted; None where it was.
        stream_token: What a page may follow the job with.
        key_expires_at: Until when its idempotency key stands for the job; None without one.
    """

    status: int
    location: str | None = None
    job: JobSummary | None = None
    problem: Problem | None = None
    stream_token: StreamToken | None = None
    key_expires_at: datetime | None = None


class BatchAnswer(Contract):
    """What became of each, in the order in which they were sent."""

    items: tuple[BatchItem, ...]


MAX_BULK_JOBS = 10_000


class BulkKind(OpenEnum):
    """What is done to each job. The last two are about the results of a replay, and begun there."""

    CANCEL = "cancel"
    RETRY = "retry"
    DISCARD = "discard"
    PROMOTE = "promote"
    ROLL_BACK = "roll back"


OF_ANY_JOBS = (BulkKind.CANCEL, BulkKind.RETRY, BulkKind.DISCARD)


def _require_of_any_jobs(action: BulkKind) -> BulkKind:
    if action not in OF_ANY_JOBS:
        raise ValueError(f"{action.value!r} is none of {', '.join(OF_ANY_JOBS)}")
    return action


class BulkState(OpenEnum):
    """How far a bulk action is. The last two are final."""

    RUNNING = "running"
    STOPPED = "stopped"
    COMPLETED = "completed"


class BulkOutcome(OpenEnum):
    """What became of one of its jobs."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"


NONE: JsonDict = {"type": "null"}
GIVEN: JsonDict = {"not": NONE}
BOTH: JsonDict = {"required": ["jobIds", "filter"]}
ONE_WAY: JsonDict = {
    # As a choice of two objects it would be two types to generators, of which neither is whole.
    "not": {
        "anyOf": [
            {"properties": {"jobIds": GIVEN, "filter": GIVEN}, **BOTH},
            {"properties": {"jobIds": NONE, "filter": NONE}},
        ]
    },
    "if": {"properties": {"action": {"const": "discard"}}},
    "then": {"required": ["reason"], "properties": {"reason": {"pattern": r"\S"}}},
}
"""Which jobs: either by their ids or by a filter; and a discard says why."""


class BulkRequest(RequestContract):
    """What to do to which jobs: either those that are named, or those of a filter.

    Attributes:
        action: Cancel what has not ended; retry what has failed; discard the open dead letters of
            what has failed.
        job_ids: The jobs, each once.
        filter: Those of which this is true at the beginning; what comes later is none of them.
        reason: Why, for the log of acts; a discard needs one.
        preview: Only count.
    """

    model_config = ConfigDict(json_schema_extra=ONE_WAY)

    action: Annotated[
        BulkKind,
        AfterValidator(_require_of_any_jobs),
        WithJsonSchema({"type": "string", "enum": [kind.value for kind in OF_ANY_JOBS]}),
    ]
    job_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MAX_BULK_JOBS)] | None = (
        None
    )
    filter: JobFilterRequest | None = None
    reason: Reason = ""
    preview: bool = False

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if (self.job_ids is None) is (self.filter is None):
            raise ValueError("jobIds: give either jobIds or filter; {} as a filter is all jobs")
        if self.action is BulkKind.DISCARD and not self.reason:
            raise ValueError("reason: a discard says why")
        return self


class BulkPreview(Contract):
    """What a bulk action would be about.

    Attributes:
        total: How many jobs it would act on, as they are now.
    """

    action: BulkKind
    total: int


class BulkLinks(Contract):
    """Where to go on from a bulk action. Paths on this server."""

    status: str
    jobs: str
    stop: str


class BulkAction(Contract):
    """One act on many jobs.

    Attributes:
        total: How many jobs it is about.
        done: How many of them it was done to.
        skipped: How many it was not done to, since they had changed, say; its jobs tell why.
        waiting: How many are left; also when it was stopped.
        by: Who began it, for people.
        tenant: Whose jobs it is about; None for those of all.
        replay_id: Whose results are promoted or rolled back; None of all else.
    """

    id: UUID
    action: BulkKind
    state: BulkState
    total: int
    done: int
    skipped: int
    waiting: int
    reason: str
    by: str
    tenant: str | None
    created_at: datetime
    ended_at: datetime | None
    links: BulkLinks
    replay_id: UUID | None = None


class BulkPage(Contract):
    """A page of bulk actions, newest first.

    Attributes:
        next: The cursor of the next page, None on the last one.
    """

    bulk_actions: tuple[BulkAction, ...]
    next: str | None


class BulkJob(Contract):
    """One of its jobs.

    Attributes:
        detail: Why it was skipped; None where it was not.
    """

    job_id: UUID
    outcome: BulkOutcome
    detail: str | None = None


class BulkJobPage(Contract):
    """A page of its jobs, in the order in which they are gone through.

    Attributes:
        next: The number to give as `after` for the next page, None on the last one.
    """

    jobs: tuple[BulkJob, ...]
    next: int | None
