"""What a rebuild found: per day, and job by job. Plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass
class Tally:
    """What one side holds of the jobs that were accepted on a day.

    Attributes:
        states: How many jobs there are in each.
        facts: How many records of them are told.
        checksum: Of the jobs and their results, whatever their order.
    """

    states: dict[str, int] = field(default_factory=dict)
    facts: int = 0
    checksum: int = 0

    @property
    def jobs(self) -> int:
        """How many there are."""
        return sum(self.states.values())


@dataclass(frozen=True)
class Day:
    """A day of jobs, in UTC, on both sides."""

    day: date
    live: Tally
    anew: Tally

    @property
    def is_same(self) -> bool:
        """Whether both sides are equal."""
        return self.live == self.anew


@dataclass(frozen=True)
class Difference:
    """A job that differs, or a dead letter that is of no job.

    Attributes:
        day: On which it was accepted; None where neither side knows it.
        parts: In what it differs, in words. No user's value is in it.
    """

    job_id: str
    day: date | None
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Spent:
    """What a tenant has spent on a day, in millionths of a dollar, as both sides have it."""

    tenant: str
    day: date
    live: int
    anew: int


@dataclass(frozen=True)
class Report:
    """What was found, and whether the live tables are equal now.

    Attributes:
        records: How many were folded.
        differing: How many jobs differed.
        named: The first of them.
        spent: Where money differed; none where it cannot be held against each other.
        left_out: How many jobs were not compared, by the reason.
        is_switched: Whether the live tables were made equal.
    """

    records: int
    days: Sequence[Day]
    differing: int
    named: Sequence[Difference]
    spent: Sequence[Spent]
    left_out: Mapping[str, int]
    is_switched: bool = False

    @property
    def is_equal(self) -> bool:
        """Whether nothing differed."""
        return not self.differing and not self.spent
