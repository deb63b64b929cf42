"""Numbers the facts of a job: those that have a number keep it, the others fill what is free."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

K = TypeVar("K")


def number(facts: Sequence[K], known: Mapping[K, int]) -> dict[K, int]:
    """The numbers from 1 to how many facts there are, each once.

    Args:
        facts: In the order in which they happened.
        known: Numbers that somebody may have been told. One that cannot be is not kept.
    """
    numbers: dict[K, int] = {}
    taken: set[int] = set()
    for fact in facts:
        told = known.get(fact, 0)
        if 0 < told <= len(facts) and told not in taken:
            numbers[fact] = told
            taken.add(told)
    free = iter(n for n in range(1, len(facts) + 1) if n not in taken)
    return {fact: numbers.get(fact) or next(free) for fact in facts}
