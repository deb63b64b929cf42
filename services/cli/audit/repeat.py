"""What was called again, why as far as the facts tell, and what it cost. Pure.

A second call is money although its answer does no harm. Which of them the provider bills, only the
provider knows: the cost is that of the answers that are in the topics and count for nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from services.cli.audit.delivery import Marks, delivery_of, stage_of_delivery, worker_of


class Cause(StrEnum):
    """Why something is there again, as far as the facts tell."""

    PUBLISHED_AGAIN = "published again, without a call"
    TWO_WORKERS = "two workers had it: a rebalance, or one that was taken for dead"
    ONE_NAME = "one worker had it twice: two processes of one name, or it came back to it"
    STOP = "called again after a stop"
    CRASH = "called again after a kill or a crash"


@dataclass(frozen=True, slots=True)
class Cost:
    """What answers have cost.

    Attributes:
        unknown: Of how many the price is not known; their tokens count as far as they are told.
    """

    answers: int = 0
    tokens: int = 0
    usd: float = 0.0
    unknown: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        """The cost of both."""
        return Cost(
            self.answers + other.answers,
            self.tokens + other.tokens,
            self.usd + other.usd,
            self.unknown + other.unknown,
        )

    def __str__(self) -> str:
        """Tokens and US dollars, and what is not known of them."""
        if self.answers == self.unknown:
            return f"{self.tokens} tokens, at a price that is not known"
        unknown = f" and the price of {self.unknown} not known" if self.unknown else ""
        return f"{self.tokens} tokens, {self.usd:.4f} USD{unknown}"


NO_COST = Cost()


def find_causes(starts: Marks, stops: Marks, doubled: Iterable[int]) -> Counter[Cause]:
    """Why the deliveries of a job were begun again, each beginning after the first.

    Args:
        starts: Of all its deliveries; stops: those of which a worker said that it was interrupted.
        doubled: Positions of the stages of which more than one call was answered.
    """
    twice, causes = frozenset(doubled), Counter[Cause]()
    for delivery, begun in groupby(sorted(starts, key=delivery_of), key=delivery_of):
        workers = [worker_of(start) for start in begun]
        if len(workers) == 1:
            continue
        causes[_find_cause(delivery, workers, stops, twice)] += len(workers) - 1
    return causes


def _find_cause(delivery: int, workers: list[int], stops: Marks, twice: frozenset[int]) -> Cause:
    if stage_of_delivery(delivery) in twice:
        return Cause.TWO_WORKERS if len(set(workers)) > 1 else Cause.ONE_NAME
    is_stopped = delivery in map(delivery_of, stops)
    return Cause.STOP if is_stopped else Cause.CRASH
