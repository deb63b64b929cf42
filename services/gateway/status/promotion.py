"""Which of its results a job has, as far as is known; the last record of it counts."""

from dataclasses import dataclass

from schemas.kafka.control import OWN_VERSION, Promotion


@dataclass(frozen=True, slots=True)
class Promoted:
    """What the last promotion of a job says.

    A job's are in one partition, so the highest offset is the last, and the one that compaction
    keeps: tables that are filled anew find what was here before.

    Attributes:
        at_ms: When it was appended, in Unix milliseconds.
    """

    offset: int
    at_ms: int
    said: Promotion

    @property
    def order(self) -> tuple[int, int, int, str]:
        """The highest counts. Of one offset there is but one; only a total order folds as a law."""
        return self.offset, self.at_ms, self.said.sequence, self.said.to_json().decode()


def latest(one: Promoted | None, other: Promoted | None) -> Promoted | None:
    """The later of two, of which None is none."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda promoted: promoted.order)


def current_version(promoted: Promoted | None) -> int:
    """The version that is a job's result."""
    return OWN_VERSION if promoted is None else promoted.said.current
