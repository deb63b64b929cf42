"""The last guard: it knows no causes, only that records wait and nothing at all moves."""

import time
from collections.abc import Callable

from services.lifecycle.stillness import Stillness


class StageStillness:
    """Says when a stage stands still for no reason that it knows of.

    Args:
        limit_s: How long nothing may move, in seconds.
        clock: Monotonic seconds.
    """

    def __init__(self, limit_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._stillness = Stillness(limit_s, clock)

    def find_fault(self, *, waiting: int, calls: int, moved: int, is_parked: bool) -> str | None:
        """What is wrong, None while something moves or has a reason not to.

        Args:
            waiting: Records that were pulled and have no outcome.
            calls: Model calls under way.
            moved: Records pulled and published so far.
        """
        has_reason = not waiting or calls > 0 or is_parked
        limit_s = self._stillness.limit_s
        if self._stillness.look(moved=moved, has_reason=has_reason) <= limit_s:
            return None
        return (
            f"{waiting} records wait, nothing is parked, no call is under way, and nothing was"
            f" pulled or published for {limit_s:g} s"
        )
