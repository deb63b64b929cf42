"""What a person asks of a job under way, on job.control."""

from uuid import UUID

from pydantic import AwareDatetime

from schemas.contract import Contract

CONTROL_SCHEMA = "job-control/1"
NO_JOB = str(UUID(int=0)).encode()
"""The key of a record that is about no job: a stage asks the broker for its time with it."""


class CancelRequest(Contract):
    """Cancel the job: begin no call, and close the one under way."""

    job_id: UUID
    asked_at: AwareDatetime
