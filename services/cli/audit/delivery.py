"""Deliveries of a stage's input in one number, and what more than one start of them explains."""

import zlib
from collections import Counter
from collections.abc import Iterable

ATTEMPT_BITS = 20
PARK_BITS = 12
MAX_PARKED = (1 << PARK_BITS) - 1

WORKER_BITS = 16

MAX_MARKS = 64
"""Most answers, starts or failures that are kept of one job; more change nothing."""

Marks = tuple[int, ...]


def rank(stage: int, redrive: int, attempt: int) -> int:
    """Orders the inputs and the outcomes of a job: stage, then redrive, then attempt."""
    return (stage + 1) << 2 * ATTEMPT_BITS | redrive << ATTEMPT_BITS | attempt


def stage_of(ranked: int) -> int:
    """Position of the stage that a rank is of."""
    return (ranked >> 2 * ATTEMPT_BITS) - 1


def pack_start(ranked: int, parked: int, worker: str = "") -> int:
    """A delivery that a worker had begun: a parked attempt comes again without being another one.

    Of the worker only a digest is kept, which tells it from another.
    """
    delivery = ranked << PARK_BITS | min(parked, MAX_PARKED)
    return delivery << WORKER_BITS | zlib.crc32(worker.encode()) & (1 << WORKER_BITS) - 1


def delivery_of(start: int) -> int:
    """The delivery that was begun, whoever had begun it."""
    return start >> WORKER_BITS


def worker_of(start: int) -> int:
    """The digest of the worker's name."""
    return start & (1 << WORKER_BITS) - 1


def stage_of_delivery(delivery: int) -> int:
    """Position of the stage that a delivery is for."""
    return stage_of(delivery >> PARK_BITS)


def add_mark(marks: Marks, new: int) -> Marks:
    """Add one, in an order that does not depend on when it came."""
    return tuple(sorted((*marks, new))) if len(marks) < MAX_MARKS else marks


def has_again(starts: Marks) -> bool:
    """Whether a delivery was begun more than once."""
    return len({delivery_of(start) for start in starts}) < len(starts)


def is_explained(outcomes: Marks, starts: Iterable[int]) -> bool:
    """Whether each outcome of a stage after the first has a second start of its delivery behind it.

    A worker that is taken for dead may still publish its answer; the next one has then begun the
    same delivery again. A retry or a redrive is another delivery, so its start explains nothing.

    Args:
        outcomes: Ranks, each as often as it is there.
        starts: Of all stages, from `pack_start`.
    """
    begun = [delivery_of(start) for start in starts]
    again = Counter(delivery >> PARK_BITS for delivery in begun)
    again -= Counter(delivery >> PARK_BITS for delivery in set(begun))
    return len(outcomes) - 1 <= sum(again[ranked] for ranked in set(outcomes))
