"""A flood of dead letters stops the stage: a bad deploy must not drain the topic into the desk."""

import time
from collections import deque
from collections.abc import Callable

from schemas.job.purpose import Purpose
from schemas.kafka.headers import ErrorKind
from services.stage_runtime.processing.outcome import DeadLettered, Outcome, Succeeded

WINDOW_S = 60.0
OWN = frozenset(
    {
        ErrorKind.DEADLINE,
        ErrorKind.BUDGET,
        ErrorKind.REFUSED,
        ErrorKind.POISON,
        ErrorKind.OUTPUT_TOO_LARGE,
        ErrorKind.CRASH_SUSPECT,
        ErrorKind.SCHEMA_AHEAD,
    }
)
"""What belongs to the record, or to its job's bounds.

After an outage many are late at once; one user's tables that the model refuses, or a stranger's
junk, are no bad deploy either.
"""


def is_counted(outcome: Outcome) -> bool:
    """Whether a record was given up on for what may be a bad deploy.

    A shadow's is not: its replay has a limit of its own, and must not stop what people wait for.
    """
    if outcome.purpose is not Purpose.JOB:
        return False
    return isinstance(outcome, DeadLettered) and outcome.error_kind not in OWN


class DeadLetterLimit:
    """Watches the outcomes of the last minute.

    Args:
        limit: Dead letters in a minute from which on the share is looked at.
        share: Of dead letters among the outcomes, from which on it is a flood.
        clock: Monotonic seconds.
    """

    def __init__(
        self, limit: int, share: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._share = share
        self._clock = clock
        self._outcomes: deque[tuple[float, bool]] = deque()
        self._dead = 0

    def observe(self, outcome: Outcome) -> None:
        """Take in what a record came to."""
        is_dead = is_counted(outcome)
        if is_dead or (isinstance(outcome, Succeeded) and outcome.purpose is Purpose.JOB):
            self._outcomes.append((self._clock(), is_dead))
            self._dead += is_dead
        self._forget_old()

    def find_reason(self) -> str | None:
        """Why the stage must stop, None while it need not."""
        if self._dead < self._limit or self._dead < self._share * len(self._outcomes):
            return None
        return (
            f"{self._dead} of the last minute's {len(self._outcomes)} records became dead letters:"
            " stopped, so that no more do; one is tried every few minutes: mend the cause"
        )

    def _forget_old(self) -> None:
        while self._outcomes and self._outcomes[0][0] < self._clock() - WINDOW_S:
            self._dead -= self._outcomes.popleft()[1]
