"""What processing one record came to, with the records that say so."""

from dataclasses import dataclass, field
from typing import ClassVar

from schemas.job.purpose import Purpose
from schemas.kafka.headers import ErrorKind, KafkaHeaders
from services.failure.error import StageError
from services.failure.retry import RetryDecision


@dataclass(frozen=True)
class Publication:
    """A record to publish."""

    topic: str
    key: bytes
    value: bytes | None
    headers: KafkaHeaders = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class OfJob:
    """What every outcome says.

    Attributes:
        purpose: What its job is there for; that of a person's where the record cannot be read.
    """

    purpose: Purpose = Purpose.JOB


@dataclass(frozen=True)
class Succeeded(OfJob):
    """The stage has answered: its output is the one proof of it.

    Attributes:
        has_called: Whether a model was called for it, and so can be called.
    """

    publication: Publication
    has_called: bool = True
    name: ClassVar[str] = "succeeded"

    @property
    def publications(self) -> tuple[Publication, ...]:
        """What must be acked before the input is done."""
        return (self.publication,)


@dataclass(frozen=True)
class DeadLettered(OfJob):
    """The record is given up on, as it came.

    Attributes:
        blocked_by: For what no call can succeed now, where the record could not wait for its end.
    """

    publication: Publication
    error_kind: ErrorKind
    message: str
    blocked_by: StageError | None = None
    name: ClassVar[str] = "dead_lettered"

    @property
    def publications(self) -> tuple[Publication, ...]:
        """What must be acked before the input is done."""
        return (self.publication,)


@dataclass(frozen=True)
class RetryLater(OfJob):
    """The record waits in a tier, as it came.

    Attributes:
        answered_attempt: The attempt that this answers; 0 when none was charged.
    """

    publication: Publication
    error: StageError
    decision: RetryDecision
    redrive: int
    answered_attempt: int
    name: ClassVar[str] = "retry_later"

    @property
    def publications(self) -> tuple[Publication, ...]:
        """What must be acked before the input is done."""
        return (self.publication,)


@dataclass(frozen=True)
class Cancelled(OfJob):
    """The job was cancelled: a fact, and no more calls."""

    publication: Publication
    call_closed: bool
    name: ClassVar[str] = "cancelled"

    @property
    def publications(self) -> tuple[Publication, ...]:
        """What must be acked before the input is done."""
        return (self.publication,)


@dataclass(frozen=True)
class AlreadyAnswered(OfJob):
    """The answer is in the output topics already: nothing to do, no call."""

    name: ClassVar[str] = "already_answered"
    publications: ClassVar[tuple[Publication, ...]] = ()


@dataclass(frozen=True)
class NotAsked(OfJob):
    """The job does not ask for this stage."""

    name: ClassVar[str] = "not_asked"
    publications: ClassVar[tuple[Publication, ...]] = ()


Outcome = Succeeded | RetryLater | DeadLettered | Cancelled | AlreadyAnswered | NotAsked
OUTCOMES: tuple[type[Outcome], ...] = (
    Succeeded,
    RetryLater,
    DeadLettered,
    Cancelled,
    AlreadyAnswered,
    NotAsked,
)
