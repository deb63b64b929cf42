"""What happened of late, by kind: a count that rises at once and falls by itself.

A counter needs somebody who remembers what it was; this tells whoever looks for the first time.
"""

import time
from collections import Counter, deque
from collections.abc import Callable
from threading import Lock

WINDOW_S = 60.0


class Recent:
    """Events of the last minute. Any thread may note and ask.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._events: deque[tuple[float, str, float]] = deque()
        self._counts: Counter[str] = Counter()
        self._amount = 0.0

    def note(self, kind: str, amount: float = 0.0, times: int = 1) -> None:
        """Take in an event, with what it took or cost."""
        with self._lock:
            self._events.extend([(self._clock(), kind, amount)] * times)
            self._counts[kind] += times
            self._amount += amount * times
            self._forget_old()

    def count(self, kind: str) -> int:
        """How many there were of a kind."""
        with self._lock:
            self._forget_old()
            return self._counts[kind]

    def sum_amounts(self) -> float:
        """What all of them took or cost together."""
        with self._lock:
            self._forget_old()
            return self._amount if self._events else 0.0

    def _forget_old(self) -> None:
        while self._events and self._events[0][0] < self._clock() - WINDOW_S:
            _, kind, amount = self._events.popleft()
            self._counts[kind] -= 1
            self._amount -= amount
