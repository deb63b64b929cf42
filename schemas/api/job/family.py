"""The family of a job: which jobs came from which."""

from datetime import datetime
from uuid import UUID

from schemas.api.status import JobState
from schemas.contract import Contract
from schemas.stage import StageName


class Relative(Contract):
    """A job of a family.

    Attributes:
        source_job_id: The job that it is a rerun or a replay of; None for one that a client asked
            for. That job may be gone.
        stages: Those that it runs itself.
        is_shadow: Whether it is for comparison only, and in no list unasked.
        result_version: Which of its results it has; another than 1 is one of its replays'.
    """

    job_id: UUID
    source_job_id: UUID | None
    status: JobState
    stages: tuple[StageName, ...]
    accepted_at: datetime
    completed_at: datetime | None
    is_shadow: bool
    result_version: int


class JobFamily(Contract):
    """A job, the one that all came from, and all that came of that one.

    Attributes:
        jobs: Each after the one that it came from; of one source, the oldest first.
        is_whole: Whether there are no more than these.
    """

    job_id: UUID
    jobs: tuple[Relative, ...]
    is_whole: bool
