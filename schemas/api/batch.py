"""Several jobs in one request, each accepted or refused by itself."""

from typing import Annotated, Any

from pydantic import Field

from schemas.api.key import StreamToken
from schemas.api.problem import Problem
from schemas.api.status import JobSummary
from schemas.contract import Contract, RequestContract

MAX_BATCH = 100


class BatchRequest(RequestContract):
    """What a client asks for.

    Attributes:
        jobs: Each as the body of POST /v1/jobs. One that is wrong stops no other.
    """

    jobs: Annotated[
        tuple[Any, ...],
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
    """

    status: int
    location: str | None = None
    job: JobSummary | None = None
    problem: Problem | None = None
    stream_token: StreamToken | None = None


class BatchAnswer(Contract):
    """What became of each, in the order in which they were sent."""

    items: tuple[BatchItem, ...]
