"""How long nothing has moved: what every last guard goes by, whatever it guards."""

import time
from collections.abc import Callable


class Stillness:
    """Measures for how long something that should move has not.

    Args:
        limit_s: How long that may be, in seconds.
        clock: Monotonic seconds.
    """

    def __init__(self, limit_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit_s = limit_s
        self._clock = clock
        self._moved = -1
        self._still_since = clock()

    def look(self, *, moved: int, has_reason: bool) -> float:
        """Take in where things stand.

        Args:
            moved: How much has moved so far, of anything that counts up.
            has_reason: Whether nothing needs to move now.

        Returns:
            For how many seconds nothing has moved without a reason.
        """
        if has_reason or moved != self._moved:
            self._moved, self._still_since = moved, self._clock()
        return self._clock() - self._still_since
