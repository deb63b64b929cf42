"""How many calls at a time are of use to a server, as its throughput shows.

A server of one's own works on a few calls and lets the others wait, which only makes them late. So
twice as many are tried while that gets more done, half as many where as much gets done with fewer,
and what was found is kept for a while. A server that tells how many it works on is believed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from services.telemetry.log import get_log

log = get_log()

GAIN = 1.3
"""Twice the calls must get so much more done. Where they can, it is nearly twice as much."""
LOSS = 0.85
"""Half the calls must get at least so much done."""
MIN_CALLS, MAX_CALLS = 4, 32
"""Measured at each level, after as many as were under way when it began."""
FORGET_S = 900.0
"""The server may have been started anew, and others may have come or gone."""


@dataclass(frozen=True)
class Measured:
    """What a level got done.

    Attributes:
        level: Calls at a time.
        per_s: Work a second, in tokens of answers.
    """

    level: int
    per_s: float


class Capacity:
    """Of one server, for one process.

    Args:
        start: To begin with; where it is `most`, nothing is tried.
        most: Never more.
        clock: Monotonic seconds.

    Attributes:
        level: How many calls at a time are of use, as far as is known.
        is_settled: Whether that was found, and not only tried.
    """

    def __init__(self, start: int, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._is_fixed = start >= most
        self.level = min(start, most)
        self.is_settled = self._is_fixed
        self._best: Measured | None = None
        self._first: int | None = None
        self._down_from: float | None = None
        self._settled_until = 0.0
        self._begin()

    @property
    def is_found(self) -> bool:
        """Whether the level was found, and is not the only one there may be."""
        return self.is_settled and not self._is_fixed

    def take_told(self, level: int) -> None:
        """Take in how many the server says that it works on, or that others have found."""
        self.level = max(1, min(level, self._most))
        self._settle()

    def end(self, wanted: int, work: float) -> bool:
        """Take in that a call was answered. Returns whether the level has changed.

        Args:
            wanted: How many calls were to be made at a time, with it.
            work: What it got done.
        """
        now = self._clock()
        if self._is_fixed or (self.is_settled and now < self._settled_until):
            return False
        if self.is_settled:
            self._forget()
        if wanted < self.level:
            # Fewer were wanted than might have been: that says nothing of the server.
            self._begin()
            return False
        return self._measure(now, work)

    def _measure(self, now: float, work: float) -> bool:
        self._calls += 1
        if self._calls == self.level:
            self._begun_at, self._work = now, 0.0
        elif self._calls > self.level:
            self._work += work
        wanted = self.level + min(max(MIN_CALLS, 2 * self.level), MAX_CALLS)
        if self._calls < wanted or now <= self._begun_at:
            return False
        before = self.level
        self._decide(Measured(before, self._work / (now - self._begun_at)))
        self._begin()
        return self.level != before

    def _decide(self, found: Measured) -> None:
        best = self._best
        if best is None:
            self._best, self._first = found, found.level
            self._go_on(found, found.level * 2)
        elif self._down_from is not None:
            self._go_down(found, self._down_from)
        elif found.per_s >= best.per_s * GAIN:
            self._best = found
            self._go_on(found, found.level * 2)
        elif best.level == self._first:
            # The first level may have been too many as well.
            self._down_from = best.per_s
            self._go_on(best, best.level // 2)
        else:
            self._settle()

    def _go_down(self, found: Measured, from_per_s: float) -> None:
        if found.per_s < from_per_s * LOSS:
            self._settle()
            return
        self._best = found
        self._go_on(found, found.level // 2)

    def _go_on(self, best: Measured, level: int) -> None:
        level = min(level, self._most)
        if level < 1 or level == best.level:
            self._settle()
        else:
            self.level = level

    def _settle(self) -> None:
        if self._best is not None:
            self.level = self._best.level
        self.is_settled = True
        self._settled_until = self._clock() + FORGET_S
        log.info("capacity_learned", calls=self.level)

    def _forget(self) -> None:
        self.is_settled, self._best, self._first, self._down_from = False, None, None, None
        self._begin()

    def _begin(self) -> None:
        self._calls, self._work, self._begun_at = 0, 0.0, 0.0
