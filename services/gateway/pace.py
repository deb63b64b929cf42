"""Bounds how often the projector commits: many small transactions cost more than a few larger."""

import asyncio
from collections.abc import Callable
from time import monotonic

BURST = 16
"""Transactions that may follow one another at once, enough for a whole job."""
INTERVAL_S = 0.025
"""Under load: at most one transaction in this time, in seconds."""


class Pace:
    """A bucket of turns: a lone job never waits, a stream of jobs is taken in batches."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._free_at = clock()

    def take(self) -> float:
        """Take a turn, and say in how many seconds it is due."""
        now = self._clock()
        self._free_at = max(self._free_at, now - BURST * INTERVAL_S) + INTERVAL_S
        return max(0.0, self._free_at - now)

    async def wait(self) -> None:
        """Wait for the next turn."""
        if delay_s := self.take():
            await asyncio.sleep(delay_s)  # noqa: TID251 -- the pace is this wait
