"""Whose turn it is to call: what waits for one, and what need not even be pulled.

A record that waits for its call's turn holds up every rebalance of its group. So no more are pulled
than have their turn soon, and whoever still waits when partitions go to another worker is handed
over to it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.failure.error import ProviderError
from services.failure.verdict import Failure
from services.llm.limit.concurrency import HELD_S, Concurrency
from services.llm.limit.rate_limiter import RateLimiter


class TurnQueue:
    """The calls of one process that wait for their turn.

    Attributes:
        concurrency: The limit on calls under way.
        limiter: The limits a minute.
    """

    def __init__(self, concurrency: Concurrency, limiter: RateLimiter | None = None) -> None:
        self.concurrency = concurrency
        self.limiter = limiter or RateLimiter()
        self._is_handing_over = False
        self._waiting: set[asyncio.Timeout] = set()

    def may_begin(self, in_progress: int) -> bool:
        """Whether one more record is worth pulling: whether its first call has its turn soon."""
        waiting = in_progress - self.concurrency.under_way
        return self.concurrency.may_begin(in_progress) and self.limiter.allows(waiting + 1, HELD_S)

    async def take(self, tokens: float) -> int:
        """Wait for a call's turn, and return its era; `end` of the concurrency gives it back.

        Args:
            tokens: What the call takes.

        Raises:
            ProviderError: The call is not to be waited for here: the server has asked for a long
                pause, or partitions go to another worker.
        """
        async with self._leave_at_handover():
            if self.limiter.is_limited:
                await self.limiter.acquire(tokens)
            return await self.concurrency.begin()

    def hand_over(self) -> None:
        """Send away who waits for a call, and who comes for one, until `go_on`."""
        self._is_handing_over = True
        now = asyncio.get_running_loop().time()
        while self._waiting:
            # Sent away once: a scope that has expired cannot be rescheduled.
            self._waiting.pop().reschedule(now)

    def go_on(self) -> None:
        """Let calls begin again."""
        self._is_handing_over = False

    @asynccontextmanager
    async def _leave_at_handover(self) -> AsyncIterator[None]:
        if self._is_handing_over:
            raise _hand_over()
        try:
            async with asyncio.timeout(None) as scope:
                self._waiting.add(scope)
                try:
                    yield
                finally:
                    self._waiting.discard(scope)
        except TimeoutError as error:
            raise _hand_over() from error


def _hand_over() -> ProviderError:
    message = "the worker that had the job gave it on between calls"
    return ProviderError(message, failure=Failure.HANDED_OVER)
