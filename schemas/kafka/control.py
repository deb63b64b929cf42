"""What a person asks of a job, on job.control: its cancel, or another result."""

from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from schemas.contract import Contract, Count
from schemas.stage import StageName

CONTROL_SCHEMA = "job-control/1"
PROMOTION_SCHEMA = "job-control/2"
"""A release that knows cancels only takes every record of job.control for one, but of a later."""

NO_JOB = str(UUID(int=0)).encode()
"""The key of a record that is about no job: a stage asks the broker for its time with it."""

PROMOTION_KEY = b"promote:"
"""What stands before the job's id in the key of its promotion: compaction keeps both apart."""

OWN_VERSION = 1
"""The version of the result that a job has come to by itself."""


class CancelRequest(Contract):
    """Cancel the job: begin no call, and close the one under way."""

    job_id: UUID
    asked_at: AwareDatetime


class PromotedResult(Contract):
    """The result of a replay, which stands for that of its source.

    Attributes:
        job_id: The replay's.
        stage: The last that it has answered: its record holds the result.
        promoted_at: For the first time.
    """

    job_id: UUID
    stage: StageName
    promoted_at: AwareDatetime


class Promotion(Contract):
    """Which of its results a job has. All of it, so that the last one of a job says everything.

    Attributes:
        job_id: The job whose result it is.
        sequence: Of how many promotions this is the last, from 1; a roll back is one.
        results: From version 2 on, in the order in which they were first promoted.
        current: The version that is the job's result now; 1 is its own.
    """

    job_id: UUID
    sequence: Count = Field(ge=1)
    results: tuple[PromotedResult, ...] = ()
    current: Count = Field(ge=OWN_VERSION)
    asked_at: AwareDatetime

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if self.current > len(self.results) + OWN_VERSION:
            raise ValueError(f"version {self.current} is none of the results")
        return self

    @property
    def promoted(self) -> PromotedResult | None:
        """The current result; None where it is the job's own."""
        return self.find(self.current)

    def find(self, version: int) -> PromotedResult | None:
        """The result of a version; None for the job's own, and for one that there is not."""
        place = version - OWN_VERSION - 1
        return self.results[place] if 0 <= place < len(self.results) else None

    def version_of(self, job_id: UUID) -> int | None:
        """The version that a replay's result has; None where it was never promoted."""
        ids = [result.job_id for result in self.results]
        return ids.index(job_id) + OWN_VERSION + 1 if job_id in ids else None


def promotion_key(job_id: UUID | str) -> bytes:
    """The key of a job's promotion."""
    return PROMOTION_KEY + str(job_id).encode()


def placing_key(key: bytes) -> bytes:
    """What decides in which partition a key lies: a promotion's is where its job's records are."""
    return key.removeprefix(PROMOTION_KEY)
