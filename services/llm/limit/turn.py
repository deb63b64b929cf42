"""Whose turn it is to call: what waits for one, and what need not even be pulled.

A record that waits for its call's turn holds up every rebalance of its group, and so does a slow
call. So no more are pulled than have their turn soon, and whoever still waits when partitions go to
another worker is handed over to it; so is, after a while, who is still being answered.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.failure.error import ProviderError
from services.failure.verdict import Failure
from services.llm.limit.concurrency import HELD_S, Concurrency
from services.llm.limit.rate_limiter import RateLimiter
from services.telemetry.log import get_log

HANDOVER_S = 60.0
"""How long a rebalance is held up for answers under way: half of what the group waits for."""

log = get_log()


class TurnQueue:
    """The calls of one process that wait for their turn.

    Args:
        handover_s: How long a rebalance may be held up for answers under way.

    Attributes:
        concurrency: The limit on calls under way.
        limiter: The limits a minute.
    """

    def __init__(
        self,
        concurrency: Concurrency,
        limiter: RateLimiter | None = None,
        handover_s: float = HANDOVER_S,
    ) -> None:
        self.concurrency = concurrency
        self.limiter = limiter or RateLimiter()
        self._is_handing_over = False
        self._waiting: set[asyncio.Timeout] = set()
        self._under_way: set[asyncio.Timeout] = set()
        self._handover_s = handover_s
        self._timer: asyncio.TimerHandle | None = None

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
        if self._is_handing_over:
            raise _hand_over()
        async with self._leave_with(self._waiting):
            if self.limiter.is_limited:
                await self.limiter.acquire(tokens)
            return await self.concurrency.begin()

    def hand_over(self) -> None:
        """Send away who waits for a call, and who comes for one, until `go_on`.

        Answers under way may go on for a while: a slow one is made again by the other worker.
        """
        self._is_handing_over = True
        _send_away(self._waiting)
        loop = asyncio.get_running_loop()
        if self._timer is None:
            self._timer = loop.call_later(self._handover_s, self._end_calls)

    def go_on(self) -> None:
        """Let calls begin again."""
        self._is_handing_over = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @asynccontextmanager
    async def make_call(self) -> AsyncIterator[None]:
        """Used around a call, which a rebalance waits for, but not for as long as it takes.

        Raises:
            ProviderError: Partitions go to another worker, and the answer is too slow in coming.
        """
        async with self._leave_with(self._under_way):
            yield

    def _end_calls(self) -> None:
        self._timer = None
        if self._under_way:
            log.warning("calls_handed_over", calls=len(self._under_way))
        _send_away(self._under_way)

    @asynccontextmanager
    async def _leave_with(self, others: set[asyncio.Timeout]) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(None) as scope:
                others.add(scope)
                try:
                    yield
                finally:
                    others.discard(scope)
        except TimeoutError as error:
            raise _hand_over() from error


def _send_away(scopes: set[asyncio.Timeout]) -> None:
    now = asyncio.get_running_loop().time()
    while scopes:
        # Sent away once: a scope that has expired cannot be rescheduled.
        scopes.pop().reschedule(now)


def _hand_over() -> ProviderError:
    message = "the worker that had the job gave it on between calls"
    return ProviderError(message, failure=Failure.HANDED_OVER)
