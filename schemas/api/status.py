"""What the API shows of a job."""

from datetime import datetime
from uuid import UUID

from schemas.api.key import StreamToken
from schemas.api.result import ResultVersion, SuggestionResult
from schemas.contract import Contract
from schemas.job.record import Provenance
from schemas.job.replay import Replay
from schemas.kafka.headers import ErrorKind
from schemas.open_enum import OpenEnum
from schemas.stage import StageName


class JobState(OpenEnum):
    """The status of a job. The last three are final."""

    PENDING = "pending"
    RUNNING = "running"
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in (JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED)


class StageState(OpenEnum):
    """The state of one stage of a job."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting for retry"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    NOT_ASKED = "not asked"


class JobError(Contract):
    """Why a job failed, for a person.

    Attributes:
        is_retryable: Whether the same request may succeed when its dead letter is put back.
        dead_letter_id: The dead letter that the stage has left; None while it is tried again, and
            for what failed before a release that notes it.
    """

    stage: StageName
    kind: ErrorKind
    code: str | None
    message: str
    is_retryable: bool
    dead_letter_id: str | None = None


class CallProgress(Contract):
    """How far the model calls of a stage have come.

    Attributes:
        planned: As far as is known: more may be needed, for what has to be asked for again.
    """

    done: int
    planned: int


class StageStatus(Contract):
    """One stage of a job. Times are None until they happen.

    Attributes:
        retry_at: While waiting for a retry: when it is due. None once its record is back before the
            stage, which takes it as soon as it can: a parked one, not before its next probe.
        error: Why the last attempt failed, also while the next one is waited for.
        calls: While running, once the first call of several was answered.
    """

    name: StageName
    state: StageState
    attempts: int
    started_at: datetime | None
    ended_at: datetime | None
    retry_at: datetime | None = None
    error: JobError | None = None
    provenance: Provenance | None = None
    calls: CallProgress | None = None


class CancelReceipt(Contract):
    """What came of a request to cancel. Times are None until they happen.

    Attributes:
        heard_at: When the stage that had the job heard of it.
        closed_at: When the model call under way was closed; None where none was open.
        calls_not_made: Stages that will not be called any more, once it is heard.
    """

    asked_at: datetime
    heard_at: datetime | None
    closed_at: datetime | None
    calls_not_made: tuple[StageName, ...]


class Links(Contract):
    """Where to go on from a job. Paths on this server."""

    status: str
    events: str
    cancel: str
    retry: str | None = None


class JobSummary(Contract):
    """A job in a list.

    Attributes:
        progress: Completed stages, and what is done of those under way, over asked stages, 0 to 1.
            It falls only with a redrive.
        version: Grows with every change of the job's state.
        tenant: Whose it is; None where no record of the job that can be read says it.
        tags: Words of the client's own.
        needs_attention: Whether a stage has failed, or waits because it was parked: the provider
            refuses the key, the money is spent, and the like.
        replay: Of which job it is a replay; None for one that a client has asked for.
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
    cancel: CancelReceipt | None = None
    stages: tuple[StageStatus, ...]
    version: int
    links: Links
    tenant: str | None = None
    tags: tuple[str, ...] = ()
    needs_attention: bool = False
    replay: Replay | None = None


class JobStatus(JobSummary):
    """A job in full.

    Attributes:
        result: What has been suggested so far; None before the first suggestion.
        result_version: Which of its results that is.
        result_versions: All of them, the oldest first; empty while no other was ever promoted.
    """

    result: SuggestionResult | None
    result_version: int = 1
    result_versions: tuple[ResultVersion, ...] = ()


class AcceptedJob(JobStatus):
    """A job that has just been accepted.

    Attributes:
        stream_token: What a page may follow this job with, and nothing else.
    """

    stream_token: StreamToken


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
        kind: accepted, started, answered, interrupted, retry scheduled, parked, retry due,
            succeeded, failed, redriven, cancel asked, cancel heard, cancelled or result changed.
        at: When the broker appended the record.
        sequence: From 1 in each job, without a gap.
        cause: The kind of error, where an attempt failed, or its stage was parked.
        code: The provider's code of it.
        retry_at: When the next attempt is due, where there is one.
        needs_attention: Whether nothing goes on unless somebody looks after it.
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
    job_id: UUID | None = None
    sequence: int = 0
    cause: ErrorKind | None = None
    code: str | None = None
    retry_at: datetime | None = None
    needs_attention: bool = False


class HistoryPage(Contract):
    """A page of a job's history, oldest first.

    Attributes:
        next: The cursor of the next page, None on the last one.
    """

    job_id: UUID
    events: tuple[HistoryItem, ...]
    next: str | None = None


class FeedPage(Contract):
    """What has happened to all jobs that are seen, oldest first.

    Attributes:
        jobs: Those of the events, as they are now; where `is_reset`, the newest ones.
        next: Where to go on, given as `after`; safe to store.
        is_reset: Whether the tables do not go on from the cursor that was given, or none was: what
            is known of before is to be forgotten.
    """

    events: tuple[HistoryItem, ...]
    jobs: tuple[JobSummary, ...]
    next: str
    is_reset: bool
