"""Whether a server was lately seen to work for any of our calls: then who waits is only queued.

The workers of a host share it by the time of a file, since each stage's process has its own calls.
"""

import os
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

WRITE_S = 2.0
"""How often the others are told, at most."""
REMEMBERED = 32
MAX_OVERTAKEN = 16
"""Whom so many have overtaken is not queued: the server, or a proxy, has lost it."""


class Pulse:
    """The signs of life of one server.

    Args:
        path: The file whose time tells other workers; None for none.
        clock: Monotonic seconds.
        wall: Unix seconds.
    """

    def __init__(
        self,
        path: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._clock = clock
        self._wall = wall
        self._beat_at: float | None = None
        self._written_at = -WRITE_S
        self._served: deque[float] = deque(maxlen=REMEMBERED)

    def beat(self) -> None:
        """Take in that a part of an answer came."""
        now = self._beat_at = self._clock()
        if self._path is not None and now - self._written_at >= WRITE_S:
            self._written_at = now
            self._touch(self._path)

    def serve(self, begun_at: float) -> None:
        """Take in that the call that began then is being answered."""
        self._served.append(begun_at)
        self.beat()

    def find_age_s(self) -> float | None:
        """How long ago anyone was answered, in seconds; None for never."""
        own = None if self._beat_at is None else self._clock() - self._beat_at
        ages = [age for age in (own, self._read_age_s()) if age is not None]
        return min(ages, default=None)

    def is_alive(self, within_s: float) -> bool:
        """Whether anyone was answered so lately."""
        age_s = self.find_age_s()
        return age_s is not None and age_s <= within_s

    def is_overtaken(self, begun_at: float) -> bool:
        """Whether the call that began then has seen too many pass that began after it."""
        return sum(other > begun_at for other in self._served) >= MAX_OVERTAKEN

    def _touch(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            os.utime(path)
        except OSError:
            # Then each worker goes by its own calls.
            self._path = None

    def _read_age_s(self) -> float | None:
        if self._path is None:
            return None
        try:
            return max(0.0, self._wall() - self._path.stat().st_mtime)
        except OSError:
            return None
