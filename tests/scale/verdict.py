"""What was measured, and whether that will do. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.scale.prediction import Prediction
from tests.scale.setup import Setup

NEAR = 0.2
"""How far a measurement may be from what was predicted, and growth from being in proportion."""


@dataclass(frozen=True)
class Measured:
    """What a setup has carried.

    Attributes:
        predicted: By the plan, before it was measured.
        per_s: Jobs that ended a second.
        posted: Jobs that were accepted.
        completed: Of those, by the audit of the topics.
        repeated: Model calls beyond those that the jobs need.
        shown: Jobs that each gateway shows as completed.
        posts: Jobs that each gateway has accepted.
    """

    setup: Setup
    predicted: Prediction
    per_s: float
    posted: int
    completed: int
    repeated: int
    shown: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)

    @property
    def difference(self) -> float:
        """Of the measurement to the prediction, as a share of it."""
        return self.per_s / self.predicted.per_s - 1


@dataclass(frozen=True)
class Restart:
    """A process that was stopped cleanly and started again.

    Attributes:
        in_flight: Model calls that it had under way, or that hung on it.
        took_s: Until it was ready again.
    """

    name: str
    in_flight: int
    took_s: float


@dataclass(frozen=True)
class Rolled:
    """What restarts of everything, one by one under load, have done.

    Attributes:
        refused: Last answers to a post other than 202, by status.
        cut: Posts whose connection was cut, and which were made again with their key.
        put_off: Answers 503, after each of which its post was made again with its key.
    """

    restarts: Sequence[Restart]
    posted: int
    completed: int
    repeated: int
    refused: dict[int, int]
    cut: int
    put_off: int = 0

    @property
    def in_flight(self) -> int:
        """Model calls that may have been made again."""
        return sum(restart.in_flight for restart in self.restarts)


def judge(measured: Sequence[Measured], rolled: Rolled | None) -> list[str]:
    """Everything that does not hold, in words; empty where all does."""
    failures = [failure for one in measured for failure in _judge_one(one)]
    failures += _judge_growth(measured)
    return failures + (list(_judge_restarts(rolled)) if rolled else [])


def _judge_one(one: Measured) -> Iterator[str]:
    if one.completed != one.posted:
        yield f"{one.setup}: {one.completed} of {one.posted} jobs completed"
    if one.repeated:
        yield f"{one.setup}: {one.repeated} calls were made again"
    if abs(one.difference) > NEAR:
        told = f"{one.per_s:.1f} jobs/s, and {one.predicted.per_s:.1f} were predicted"
        yield f"{one.setup}: {told} ({one.difference:+.0%})"
    for url, shown in one.shown.items():
        if shown != one.posted:
            yield f"{one.setup}: {url} shows {shown} of {one.posted} jobs as completed"


def _judge_growth(measured: Sequence[Measured]) -> Iterator[str]:
    """More workers carry more in proportion; more partitions or gateways carry no less."""
    free = [one for one in measured if one.setup.calls_per_min is None]
    for one in free:
        alike = [other for other in free if bool(other.setup.gateways) == bool(one.setup.gateways)]
        least = min(alike, key=lambda o: (o.setup.workers, o.setup.partitions, o.setup.gateways))
        due = least.per_s * one.setup.workers / least.setup.workers
        if one.per_s < due * (1 - NEAR):
            told = f"{one.per_s:.1f} jobs/s, and {due:.1f} were due by {least.setup}"
            yield f"{one.setup}: {told}"


def _judge_restarts(rolled: Rolled) -> Iterator[str]:
    if rolled.completed != rolled.posted:
        yield f"restarts: {rolled.completed} of {rolled.posted} jobs completed"
    if rolled.repeated > rolled.in_flight:
        yield f"restarts: {rolled.repeated} calls made again, {rolled.in_flight} were under way"
    for status, count in rolled.refused.items():
        yield f"restarts: {count} posts were answered with {status}"
