"""What the API shows of a job."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from schemas.contract import Contract
from schemas.headers import ErrorKind
from schemas.record import Provenance
from schemas.result import SuggestionResult
from schemas.stage import StageName


class JobState(StrEnum):
    """The status of a job. The last three are final."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in (JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED)


class StageState(StrEnum):
    """The state of one stage of a job."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    NOT_ASKED = "not asked"


class JobError(Contract):
    """Why a job failed, for a person.

    Attributes:
        is_retryable: Whether the same request may succeed when it is put back.
    """

    stage: StageName
    kind: ErrorKind
    code: str | None
    message: str
    is_retryable: bool


class StageStatus(Contract):
    """One stage of a job. Times are None until they happen."""

    name: StageName
    state: StageState
    attempts: int
    started_at: datetime | None
    ended_at: datetime | None
    error: JobError | None = None
    provenance: Provenance | None = None


class Links(Contract):
    """Where to go on from a job. Paths on this server."""

    status: str
    events: str


class JobSummary(Contract):
    """A job in a list.

    Attributes:
        progress: Completed stages over asked stages, 0 to 1.
        version: Grows with every change of the job's state.
    """

    job_id: UUID
    table_id: str
    title: str
    status: JobState
    progress: float
    accepted_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    error: JobError | None
    stages: tuple[StageStatus, ...]
    version: int
    links: Links


class JobStatus(JobSummary):
    """A job in full.

    Attributes:
        result: What has been suggested so far; None before the first suggestion.
    """

    result: SuggestionResult | None


class JobPage(Contract):
    """A page of jobs, newest first.

    Attributes:
        next: The cursor of the next page, None on the last one.
    """

    jobs: tuple[JobSummary, ...]
    next: str | None


class HistoryItem(Contract):
    """One fact in the history of a job, as it stands in Kafka.

    Attributes:
        id: Of the form generation-sequence; given as Last-Event-ID to go on from here.
        kind: accepted, started, succeeded or failed.
        at: When the broker appended the record.
    """

    id: str
    kind: str
    stage: StageName
    attempt: int
    redrive: int
    at: datetime
    topic: str
    partition: int
    offset: int
    message: str | None = None


class HistoryPage(Contract):
    """The history of a job, oldest first."""

    job_id: UUID
    events: tuple[HistoryItem, ...]
