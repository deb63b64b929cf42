"""Which fault is planted when: drawn from a seed, before anything runs."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.operation.soak.site import Site

Plant = Callable[[Site, random.Random], AbstractContextManager[str]]
"""Plants a fault for as long as the context is open, which says what it has hit."""


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Attributes:
        lasts_s: The least and the most; 0 is at once.
    """

    name: str
    plant: Plant
    lasts_s: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Lane:
    """Kinds of which one is on at a time.

    Attributes:
        gap_s: The least and the most from the end of one to the next one.
        share: Of the time, from the beginning, in which they are planted.
    """

    name: str
    gap_s: tuple[float, float]
    kinds: tuple[Kind, ...]
    share: float = 1.0


@dataclass(frozen=True)
class Planned:
    """A fault to come, in seconds from the beginning."""

    kind: Kind
    lane: str
    at_s: float
    until_s: float
    seed: str


def draw_plan(lanes: Sequence[Lane], seconds: float, seed: int) -> list[Planned]:
    """Draw all faults, in the order in which they begin. None outlasts the time."""
    drawn = [planned for lane in lanes for planned in _draw_lane(lane, seconds, seed)]
    return sorted(drawn, key=lambda planned: planned.at_s)


def _draw_lane(lane: Lane, seconds: float, seed: int) -> Iterator[Planned]:
    chance = random.Random(f"{seed}/{lane.name}")
    kinds = _deal(lane.kinds, chance)
    at_s = chance.uniform(0, lane.gap_s[0])
    while True:
        kind = next(kinds)
        until_s = at_s + chance.uniform(*kind.lasts_s)
        if until_s > seconds * lane.share:
            return
        yield Planned(kind, lane.name, at_s, until_s, f"{seed}/{lane.name}/{at_s}")
        at_s = until_s + chance.uniform(*lane.gap_s)


def _deal(kinds: Sequence[Kind], chance: random.Random) -> Iterator[Kind]:
    """Each kind once, in any order, and again."""
    while True:
        yield from chance.sample(kinds, len(kinds))
