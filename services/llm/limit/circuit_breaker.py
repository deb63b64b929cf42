"""Tells a provider that is down from a record that fails: nobody's attempts pay for an outage."""

import time
from collections import deque
from collections.abc import Callable

from services.failure.verdict import Failure

WINDOW_S = 30.0
MIN_CALLS = 20
MAX_CALLS = 200
SHARE = 0.5
IN_A_ROW = 5
UNREACHED = frozenset({Failure.UNREACHABLE})
AILING = UNREACHED | {Failure.DROPPED, Failure.TIMED_OUT, Failure.SERVER_ERROR}


class CircuitBreaker:
    """Whether the provider is down, as its calls tell.

    It is when half of 20 calls or more have failed within 30 s, or five in a row: five that did not
    even reach it, or five of more than one job. It is not after the next success.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: deque[tuple[float, bool]] = deque()
        self._failed = 0
        self._row: list[tuple[bool, bytes]] = []
        self.is_open = False

    def succeed(self) -> None:
        """Take in a call that was answered, be it with an error that is the request's own."""
        if self.is_open:
            self._calls.clear()
            self._failed = 0
        self._row.clear()
        self.is_open = False
        self._note(has_failed=False)

    def fail(self, failure: Failure, job: bytes) -> bool:
        """Take in a failure. Returns whether it is the provider's, not the record's.

        Args:
            job: Whose call it was.
        """
        if failure not in AILING:
            return False
        self._note(has_failed=True)
        self._row.append((failure in UNREACHED, job))
        del self._row[: -4 * IN_A_ROW]
        self.is_open = self.is_open or self._is_failing()
        return self.is_open

    def _is_failing(self) -> bool:
        if len(self._calls) >= MIN_CALLS and self._failed >= SHARE * len(self._calls):
            return len({job for _, job in self._row}) > 1
        if len(self._row) < IN_A_ROW:
            return False
        unreached = all(is_unreached for is_unreached, _ in self._row[-IN_A_ROW:])
        return unreached or len({job for _, job in self._row}) > 1

    def _note(self, *, has_failed: bool) -> None:
        now = self._clock()
        self._calls.append((now, has_failed))
        self._failed += has_failed
        while len(self._calls) > MAX_CALLS or self._calls[0][0] < now - WINDOW_S:
            self._failed -= self._calls.popleft()[1]
