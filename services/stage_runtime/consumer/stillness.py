"""The last guard: it knows no causes, only that records wait and nothing at all moves."""

import time
from collections.abc import Callable


class Stillness:
    """Says when a stage stands still for no reason that it knows of.

    Args:
        limit_s: How long nothing may move, in seconds.
        clock: Monotonic seconds.
    """

    def __init__(self, limit_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit_s = limit_s
        self._clock = clock
        self._moved = -1
        self._still_since = clock()

    def find_fault(self, *, waiting: int, calls: int, moved: int, is_parked: bool) -> str | None:
        """What is wrong, None while something moves or has a reason not to.

        Args:
            waiting: Records that were pulled and have no outcome.
            calls: Model calls under way.
            moved: Records pulled and published so far.
        """
        if not waiting or calls or is_parked or moved != self._moved:
            self._moved, self._still_since = moved, self._clock()
            return None
        if self._clock() - self._still_since <= self._limit_s:
            return None
        return (
            f"{waiting} records wait, nothing is parked, no call is under way, and nothing was"
            f" pulled or published for {self._limit_s:g} s"
        )
