"""Gives turns at a rate, evenly: none are saved up, so no second sees more of them than it may."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable


class Rate:
    """So many turns a second.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        per_s: float,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,  # noqa: TID251 - its purpose
    ) -> None:
        self._interval_s = 1 / per_s
        self._wait = wait
        self._next = -math.inf
        self.clock = clock

    async def take_turn(self) -> None:
        """Wait for the next turn that nobody else has."""
        now = self.clock()
        turn = max(now, self._next)
        self._next = turn + self._interval_s
        if turn > now:
            await self._wait(turn - now)
