"""What processing one record came to, with the records that say so."""

from dataclasses import dataclass, field
from typing import ClassVar

from schemas.headers import ErrorKind, KafkaHeaders


@dataclass(frozen=True)
class Publication:
    """A record to publish."""

    topic: str
    key: bytes
    value: bytes | None
    headers: KafkaHeaders = field(default_factory=list)


@dataclass(frozen=True)
class Succeeded:
    """The stage has answered: its output is the one proof of it."""

    publication: Publication
    name: ClassVar[str] = "succeeded"

    @property
    def publications(self) -> tuple[Publication, ...]:
        """What must be acked before the input is done."""
        return (self.publication,)


@dataclass(frozen=True)
class DeadLettered:
    """The record is given up on, as it came."""

    publication: Publication
    error_kind: ErrorKind
    message: str
    name: ClassVar[str] = "dead_lettered"

    @property
    def publications(self) -> tuple[Publication, ...]:
        """What must be acked before the input is done."""
        return (self.publication,)


@dataclass(frozen=True)
class AlreadyAnswered:
    """The answer is in the output topics already: nothing to do, no call."""

    name: ClassVar[str] = "already_answered"
    publications: ClassVar[tuple[Publication, ...]] = ()


@dataclass(frozen=True)
class NotAsked:
    """The job does not ask for this stage."""

    name: ClassVar[str] = "not_asked"
    publications: ClassVar[tuple[Publication, ...]] = ()


Outcome = Succeeded | DeadLettered | AlreadyAnswered | NotAsked
OUTCOMES: tuple[type[Outcome], ...] = (Succeeded, DeadLettered, AlreadyAnswered, NotAsked)
