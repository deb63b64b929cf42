"""How long an answer is waited for: until it begins, between its tokens, and in all.

A server of one's own writes 2 to 200 tokens a second and works on a few calls at a time. So a call
that makes progress is not cut, one that waits while the server works for others is not lost, and
none goes on for ever.
"""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from services.failure.error import ProviderError
from services.failure.verdict import Failure
from services.llm.arrival.pulse import Pulse

SLOWEST_TOKENS_PER_S = 1.0
"""Below it no answer comes to its end within a job's time."""
MAX_QUEUED_S = 3600.0
END_GRACE_S = 0.5
"""What follows the end of a stream only gives the connection back."""


@dataclass(frozen=True)
class Patience:
    """How long one answer is waited for, in seconds.

    Attributes:
        first_s: Until it begins, or, where it comes as a whole, until all of it is there.
        idle_s: Between its tokens.
        total_s: From its first token to its end.
        is_whole: Whether it is to come as a whole: then nobody sees that it makes progress.
    """

    first_s: float
    idle_s: float
    total_s: float
    is_whole: bool = False

    @classmethod
    def whole(cls, total_s: float) -> Self:
        """For an answer that comes as a whole."""
        return cls(total_s, total_s, total_s, is_whole=True)

    @classmethod
    def stream(cls, first_s: float, idle_s: float, most_tokens: int) -> Self:
        """For a stream of at most so many tokens."""
        return cls(first_s, idle_s, idle_s + most_tokens / SLOWEST_TOKENS_PER_S)


class Watch:
    """Ends the wait for one answer when its time is up. Used around the call (`async with`).

    Attributes:
        begun_at: When the call began, by the clock of the event loop.
        first_at: When its first token came, None before.
    """

    def __init__(self, patience: Patience, pulse: Pulse) -> None:
        self._patience = patience
        self._pulse = pulse
        self._loop = asyncio.get_running_loop()
        self._scope = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None
        self._ends_at: float | None = None
        self._why = "first-token"
        self.begun_at = self._sign_at = self._loop.time()
        self.first_at: float | None = None

    async def __aenter__(self) -> Self:
        """Begin to wait."""
        await self._scope.__aenter__()
        self._check()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it.

        Raises:
            TimeoutError: The time was up.
        """
        if self._timer is not None:
            self._timer.cancel()
        await self._scope.__aexit__(kind, error, trace)

    def see_sign(self) -> None:
        """Take in that the server lives, though nothing of the answer came: a comment, say."""
        self._sign_at = self._loop.time()

    def see_token(self) -> None:
        """Take in that a part of the answer came."""
        self._sign_at = self._loop.time()
        if self.first_at is None:
            self.first_at = self._sign_at
            self._pulse.serve(self.begun_at)
            # Until now the next look was due when a first token was too late.
            self._arm(0.0)
        else:
            self._pulse.beat()

    def see_end(self) -> None:
        """Take in that the answer is whole. The connection may take a moment to end."""
        self._ends_at = self._loop.time() + END_GRACE_S
        self._arm(END_GRACE_S)

    def tell(self) -> ProviderError:
        """Say what was waited for in vain."""
        patience = self._patience
        message = {
            "timeout": f"no answer from the model server within {patience.first_s:g} s",
            "first-token": f"the model server began no answer within {patience.first_s:g} s",
            "idle": f"the model server wrote nothing for {patience.idle_s:g} s, within its answer",
            "too-slow": f"the model server's answer had no end after {patience.total_s:g} s",
        }[self._why]
        return ProviderError(message, failure=Failure.TIMED_OUT, code=self._why)

    def _check(self) -> None:
        left_s = self._find_due() - self._loop.time()
        if left_s > 0:
            self._arm(left_s)
        else:
            self._scope.reschedule(self._loop.time())

    def _arm(self, after_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(after_s, self._check)

    def _find_due(self) -> float:
        patience = self._patience
        if self._ends_at is not None:
            return self._ends_at
        if patience.is_whole:
            self._why = "timeout"
            return self.begun_at + patience.first_s
        if self.first_at is None:
            self._why = "first-token"
            return min(self._find_alive_at() + patience.first_s, self.begun_at + MAX_QUEUED_S)
        by_silence = self._sign_at + patience.idle_s
        by_length = self.first_at + patience.total_s
        self._why = "idle" if by_silence <= by_length else "too-slow"
        return min(by_silence, by_length)

    def _find_alive_at(self) -> float:
        """When the server was last seen to work, for this call or for another."""
        age_s = self._pulse.find_age_s()
        if age_s is None or self._pulse.is_overtaken(self.begun_at):
            return self._sign_at
        return max(self._sign_at, self._loop.time() - age_s)
