"""Facts about a job that no other record states."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from schemas.contract import Contract
from schemas.stage import StageName

EVENT_SCHEMA = "job-event/1"


class EventKind(StrEnum):
    """What happened, in the past tense."""

    STARTED = "started"


class JobEvent(Contract):
    """One fact on job.events.

    Attributes:
        attempt: From 1.
        redrive: From 0.
        worker: The stable name of the worker process, for instance "table-agent-0".
    """

    kind: EventKind
    job_id: UUID
    stage: StageName
    attempt: int = 1
    redrive: int = 0
    worker: str
    at: datetime
