"""Facts about a job that no other record states."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from schemas.contract import Attempt, Contract, Count
from schemas.stage import StageName

EVENT_SCHEMA = "job-event/1"


class EventKind(StrEnum):
    """What happened, in the past tense."""

    STARTED = "started"
    ANSWERED = "answered"
    INTERRUPTED = "interrupted"
    CANCEL_HEARD = "cancel heard"
    CANCELLED = "cancelled"


class JobEvent(Contract):
    """One fact on job.events.

    Attributes:
        attempt: From 1.
        redrive: From 0.
        parked: How often the attempt had been parked when this happened, from 0.
        heard_at: When a cancel reached the worker, None for other facts.
        call_closed: Whether a cancel closed a call that was under way.
        alone: Whether it is the only one handled meanwhile of those that are suspected to end
            their process.
        question: Names the question of a call that was answered, when others are to follow in its
            attempt; None for other facts.
        answer: What was answered, as the stage itself keeps it; nobody else needs to read it.
        calls_done: How many calls of its attempt were answered, 0 where that is not said.
        calls_planned: How many its attempt takes in all, as far as is known; 0 where it is not.
        worker: The stable name of the worker process, for instance "table-agent-0".
    """

    kind: EventKind
    job_id: UUID
    stage: StageName
    attempt: Attempt = 1
    redrive: Count = 0
    parked: Count = 0
    worker: str
    heard_at: AwareDatetime | None = None
    call_closed: bool = False
    alone: bool = False
    question: str | None = None
    answer: str | None = None
    calls_done: Count = 0
    calls_planned: Count = 0
    at: AwareDatetime
