"""How long a service that is not ready is waited for: as long as it gets nearer to it."""

import time
from collections.abc import Callable

Say = Callable[[str], None]

TELL_EVERY_S = 10.0


class Wait:
    """One wait for one service.

    Args:
        limit_s: How long it may get no nearer, in seconds.
        say: Told now and then what is waited for.
        clock: Monotonic seconds.
    """

    def __init__(
        self, name: str, limit_s: float, say: Say, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._limit_s = limit_s
        self._say = say
        self._clock = clock
        self._least: int | None = None
        self._nearer_at = self._told_at = clock()

    def look(self, left: int | None) -> str | None:
        """Take in how much it has left to do, None where it does not say.

        Returns:
            Why it is not waited for any longer; None while it is.
        """
        now = self._clock()
        if left is not None and (self._least is None or left < self._least):
            self._least, self._nearer_at = left, now
        if self._least and now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            self._say(f"{self._name} catches up with the topics: {self._least:,} records left")
        if now - self._nearer_at <= self._limit_s:
            return None
        if not self._least:
            return f"is not ready after {self._limit_s:g} s"
        return f"has {self._least:,} records left and got no further for {self._limit_s:g} s"
