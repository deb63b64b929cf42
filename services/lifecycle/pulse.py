"""Feels the pulse of an event loop in another thread: nobody else hears of its end."""

import time
from asyncio import AbstractEventLoop
from collections.abc import Callable
from contextlib import suppress

SILENT_S = 60.0
"""No loop of ours is busy for as long."""


class Pulse:
    """Asks a loop for a sign of life, and says when none comes.

    Args:
        whose: The thread, as the fault names it.
        clock: Monotonic seconds.
    """

    def __init__(self, whose: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._whose = whose
        self._clock = clock
        self._asked_at: float | None = None

    def ask(self, loop: AbstractEventLoop) -> None:
        """Ask, unless an answer is still waited for."""
        if self._asked_at is None:
            self._asked_at = self._clock()
            # The loop is closed once the thread has ended: then nobody answers.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._answer)

    def _answer(self) -> None:
        self._asked_at = None

    def find_fault(self) -> str | None:
        """Why nothing more can come from the thread; None while it answers."""
        asked_at = self._asked_at
        if asked_at is None or self._clock() - asked_at <= SILENT_S:
            return None
        return f"{self._whose} has not answered for {SILENT_S:g} s"
