"""What the Kafka clients give and raise, free of the client library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Position = tuple[str, int]
"""A topic and one of its partitions."""

UNREADABLE = "unreadable"
"""The header of a record that stands for a batch which cannot be read: where it was, and why."""


class BrokerUnavailableError(Exception):
    """No broker answers."""


class LogStandsError(Exception):
    """A log gives nothing to a reader, although it has more."""


class PublishFailedError(Exception):
    """The broker did not take a record in time, or will not take it at all."""


@dataclass(frozen=True)
class ConsumedRecord:
    """A record as it was read. timestamp_ms is the broker's append time in Unix milliseconds."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]

    @property
    def shown_key(self) -> str:
        """The key as a log names it: a job's id, or the beginning of a stranger's key."""
        return (self.key or b"").decode(errors="replace")[:64]

    @property
    def unreadable(self) -> str | None:
        """Where and why, of a batch that cannot be read and for which this record stands."""
        told = dict(self.headers).get(UNREADABLE)
        return None if told is None else told.decode(errors="replace")


@dataclass(frozen=True)
class TopicState:
    """A topic as the broker has it."""

    partitions: int
    config: Mapping[str, str]
