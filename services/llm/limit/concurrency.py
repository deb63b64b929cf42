"""How many calls at a time: more while they succeed, fewer when the server is pressed.

One more per window of successes, 0.7 of them on a 429, a 503 or a timeout. Where the server names
a time all calls wait for it, and come back as one, two, four, not all at once.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from services.failure.error import ProviderError
from services.failure.verdict import Failure
from services.llm.limit.capacity import Capacity

SHRINK = 0.7
MAX_PAUSE_S = 900.0
RAMP_FROM_S = 1.0
HELD_S = 2.0
"""Longer pauses are not waited for here: held records would hold up every rebalance."""


class Concurrency:
    """The limit on calls under way in this process.

    Args:
        ceiling: Never more than this.
        clock: Monotonic seconds.
        sleep: Lets that many of them pass.
        start: How many to begin with, to find how many are of use; None for all.
    """

    def __init__(
        self,
        ceiling: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,  # noqa: TID251 - passed in
        start: int | None = None,
    ) -> None:
        self.ceiling = ceiling
        self.capacity = Capacity(ceiling if start is None else start, ceiling, clock)
        self.limit = self.capacity.level
        self._clock = clock
        self._sleep = sleep
        self._goal = self.limit
        self._under_way = 0
        self._successes = 0
        self._era = 0
        self._paused_until = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._woken = 0

    @property
    def under_way(self) -> int:
        """How many calls are under way."""
        return self._under_way

    @property
    def pause_left_s(self) -> float:
        """For how long no call is to be made, in seconds."""
        return max(0.0, self._paused_until - self._clock()) if self._paused_until else 0.0

    def may_begin(self, in_progress: int) -> bool:
        """Whether one more record is worth pulling: one beyond the calls is held ready."""
        return self.limit >= self.ceiling or in_progress <= self.limit

    async def begin(self) -> int:
        """Take one call's place, and return the era in which it begins. `end` gives it back.

        Raises:
            ProviderError: The pause that the server asked for is too long to be waited for here.
        """
        try:
            await self._await_turn()
        except BaseException:
            # Who was woken and does not begin hands the turn on: nobody else ever would.
            self._wake(1)
            raise
        self._under_way += 1
        return self._era

    def end(self) -> None:
        """Give a call's place back."""
        self._under_way -= 1
        self._wake(max(1, self.limit - self._under_way))

    def succeed(self, era: int) -> None:
        """Take in that a call succeeded."""
        if self.limit >= self.capacity.level or era != self._era:
            return
        self._successes += 1
        if self._successes >= self.limit:
            self._successes = 0
            doubled = min(self.limit * 2, self._goal)
            self.limit = min(max(doubled, self.limit + 1), self.capacity.level)
            self._wake(self.limit)

    def note_work(self, work: float) -> bool:
        """Take in what a call that has ended got done. Returns whether more or fewer are of use."""
        before = self.capacity.level
        wanted = self._under_way + 1 + self._woken + len(self._waiting)
        changed = self.capacity.end(wanted, work)
        self._follow(before)
        return changed

    def take_told(self, calls: int) -> None:
        """Take in how many calls at a time are known to be of use."""
        before = self.capacity.level
        self.capacity.take_told(calls)
        self._follow(before)

    def _follow(self, before: int) -> None:
        """Keep to how many are of use; a server that is pressed gets fewer all the same."""
        level = self.capacity.level
        if level < self.limit or self.limit == before:
            self.limit = self._goal = level
            self._wake(max(0, self.limit - self._under_way))

    def shrink(self, era: int) -> None:
        """Take in that the server is pressed; of calls that began together the first counts."""
        if era == self._era:
            self._set(max(1, int(self.limit * SHRINK)))
            self._goal = self.limit

    def pause(self, seconds: float) -> None:
        """Let no call begin for so long, and, unless that is short, then one at first."""
        self._paused_until = max(
            self._paused_until, self._clock() + min(max(seconds, 0.0), MAX_PAUSE_S)
        )
        if seconds >= RAMP_FROM_S:
            self.restart()
        # Those who wait for a place must know: they give up, or come back when it is over.
        self._wake(len(self._waiting))

    def restart(self) -> None:
        """Begin with one call again, then two, four, up to where it was."""
        if self.limit > 1:
            self._goal = max(1, int(self.limit * SHRINK))
        self._set(1)

    def _set(self, limit: int) -> None:
        self.limit, self._successes = limit, 0
        self._era += 1

    async def _await_turn(self) -> None:
        while True:
            if self._paused_until and (pause_s := self.pause_left_s):
                await self._sit_out(pause_s)
            elif self._under_way >= self.limit:
                await self._wait()
            else:
                return

    async def _sit_out(self, pause_s: float) -> None:
        if pause_s > HELD_S:
            message = "the model server has asked for a pause in all calls"
            raise ProviderError(
                message, failure=Failure.RATE_LIMITED, code="paused", retry_after_s=pause_s
            )
        await self._sleep(pause_s)

    async def _wait(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        finally:
            self._woken -= turn.done() and not turn.cancelled()

    def _wake(self, count: int) -> None:
        while count and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self._woken += 1
                count -= 1
