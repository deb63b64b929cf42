"""Ends a process that cannot go on, so that its supervisor starts it again.

A thread, because a loop that hangs cannot judge itself. Faust workers that crashed may hang and
ignore SIGTERM, and fatal errors of the group coordinator are never read by Faust.
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable

from services.lifecycle import exit_status
from services.lifecycle.standing import describe_loop
from services.telemetry.log import get_log

CHECK_INTERVAL_S = 1.0
STALL_S = 60.0

log = get_log()


class Watchdog(threading.Thread):
    """Watches the event loop's heartbeat, a drain's deadline, and what `find_fault` says.

    Args:
        find_fault: Says why the process cannot go on, None while it can.
        loop: The one that is watched; where it stands is said before the end.
        end: Ends the process; called at most once.
    """

    def __init__(
        self,
        find_fault: Callable[[], str | None],
        *,
        loop: asyncio.AbstractEventLoop | None = None,
        stall_s: float = STALL_S,
        end: Callable[[int], None] = os._exit,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._find_fault = find_fault
        self._loop = loop
        self._stall_s = stall_s
        self._end = end
        self._clock = clock
        self._beat_at = clock()
        self._must_end_at: float | None = None
        self._late_status = exit_status.BUG
        self._was_well = False
        self._stopped = threading.Event()

    def beat(self) -> None:
        """Tell that the event loop makes progress."""
        self._beat_at = self._clock()

    @property
    def heartbeat_age_s(self) -> float:
        """How long ago the event loop last made progress, in seconds."""
        return self._clock() - self._beat_at

    def expect_end_within(self, seconds: float, *, is_done: bool = False) -> None:
        """Give a stop that has begun a deadline, or another one.

        What breaks while it stops does not end it sooner: what is under way would be lost.

        Args:
            is_done: Whether all of ours is done: what overstays is no failure then.
        """
        if self._must_end_at is None:
            self._was_well = self._find_fault() is None
        self._must_end_at = self._clock() + seconds
        self._late_status = exit_status.STOPPED if is_done else exit_status.BUG

    def stop(self) -> None:
        """Watch no longer."""
        self._stopped.set()

    def run(self) -> None:
        """Check until stopped."""
        while not self._stopped.wait(CHECK_INTERVAL_S):
            if self.check():
                return

    def check(self) -> bool:
        """End the process when it cannot go on. Returns whether it did."""
        fault = self._fault()
        if fault is None:
            return False
        standing = describe_loop(self._loop) if self._loop else []
        tell = log.warning if self._late_status == exit_status.STOPPED else log.critical
        tell("watchdog_ends_process", reason=fault, standing=standing)
        self._end(self._late_status)
        return True

    def _fault(self) -> str | None:
        if self._must_end_at is not None and self._clock() > self._must_end_at:
            return "the stop overstays its deadline"
        if self.heartbeat_age_s > self._stall_s:
            return f"the event loop made no progress for {self._stall_s:g} s"
        is_stopping = self._must_end_at is not None and self._was_well
        return None if is_stopping else self._find_fault()
