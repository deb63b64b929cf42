"""When a service that died is started again, and when it is named as one that keeps dying."""

from collections import deque
from dataclasses import dataclass

FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 10.0
RESET_AFTER_S = 30.0
FAILING_DEATHS = 5
FAILING_WINDOW_S = 60.0


@dataclass(frozen=True)
class RestartDecision:
    """What to do about a death.

    Attributes:
        is_failing: It died too often of late.
    """

    delay_s: float
    is_failing: bool


class RestartPolicy:
    """Doubles the delay from death to death; a long life starts over."""

    def __init__(self) -> None:
        self._delay_s = FIRST_DELAY_S
        self._deaths: deque[float] = deque(maxlen=FAILING_DEATHS)

    def decide(self, lived_s: float, now_s: float) -> RestartDecision:
        """Record a death and say how long to wait.

        Args:
            now_s: Of any clock that only goes forward.
        """
        if lived_s >= RESET_AFTER_S:
            self._delay_s = FIRST_DELAY_S
            self._deaths.clear()
        self._deaths.append(now_s)
        if self._is_failing(now_s):
            return RestartDecision(LONGEST_DELAY_S, is_failing=True)
        delay_s = self._delay_s
        self._delay_s = min(delay_s * 2, LONGEST_DELAY_S)
        return RestartDecision(delay_s, is_failing=False)

    def _is_failing(self, now_s: float) -> bool:
        return len(self._deaths) == FAILING_DEATHS and now_s - self._deaths[0] <= FAILING_WINDOW_S
