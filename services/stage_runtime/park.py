"""Parking: a stage that cannot call stops pulling, and finds out with one probe when it can again.

It stays in its group and charges no attempt; what it had pulled waits in the shortest retry tier.
"""

import math
import time
from collections.abc import Callable

from services.stage_runtime import metric
from services.stage_runtime.error import StageError
from services.stage_runtime.flood import Flood
from services.stage_runtime.log import get_log
from services.stage_runtime.outcome import Outcome, RetryLater, Succeeded
from services.stage_runtime.verdict import Act, Failure

BREAKER_FAILURES = 5
FIRST_PAUSE_S = 1.0
MAX_PAUSE_S = 60.0
MAX_RETRY_AFTER_S = 900.0
PROVIDER_DOWN = frozenset(
    {Failure.UNREACHABLE, Failure.DROPPED, Failure.TIMED_OUT, Failure.SERVER_ERROR}
)

log = get_log()


class Park:
    """Whether the stage may pull, as the outcomes of its records tell.

    Args:
        clock: Monotonic seconds.
        flood: Stops the stage for good, until it is started again; None for no limit.
    """

    def __init__(
        self,
        stage: str,
        clock: Callable[[], float] = time.monotonic,
        flood: Flood | None = None,
    ) -> None:
        self._stage = stage
        self._flood = flood
        self._clock = clock
        self._failures = 0
        self._pause_s = FIRST_PAUSE_S
        self._probe_at = 0.0
        self.reason: str | None = None
        metric.STAGE_PARKED.labels(stage).set(0)

    @property
    def is_parked(self) -> bool:
        """Whether no call can succeed now, as far as is known."""
        return self.reason is not None

    def may_pull(self, in_progress: int) -> bool:
        """Whether to pull the next record: always, or as the one probe that is due."""
        return not self.is_parked or (in_progress == 0 and self.wait_s == 0)

    @property
    def wait_s(self) -> float:
        """How long until the next probe, in seconds."""
        return max(0.0, self._probe_at - self._clock()) if self.is_parked else 0.0

    def observe(self, outcome: Outcome) -> None:
        """Take in what a record came to."""
        if self._is_flooded(outcome):
            return
        if isinstance(outcome, Succeeded):
            self._resume()
        elif isinstance(outcome, RetryLater):
            self._count(outcome.error)

    def _is_flooded(self, outcome: Outcome) -> bool:
        if self._flood is None:
            return False
        self._flood.observe(outcome)
        reason = self._flood.find_reason()
        if reason is not None and self._probe_at != math.inf:
            self._probe_at = math.inf
            self._park(reason)
        return self._probe_at == math.inf

    def _count(self, error: StageError) -> None:
        self._failures += error.failure in PROVIDER_DOWN
        if error.verdict.act is Act.PARK or self._failures >= BREAKER_FAILURES:
            self._stop(error)

    def _stop(self, error: StageError) -> None:
        if self.is_parked and self.wait_s > 0:
            return
        asked_s = min(error.retry_after_s or 0.0, MAX_RETRY_AFTER_S)
        self._probe_at = self._clock() + max(asked_s, self._pause_s)
        self._pause_s = min(self._pause_s * 2, MAX_PAUSE_S)
        self._park(error.message)

    def _park(self, reason: str) -> None:
        if not self.is_parked:
            metric.STAGE_PARKED.labels(self._stage).set(1)
            log.warning("stage_parked", stage=self._stage, reason=reason)
        self.reason = reason

    def _resume(self) -> None:
        self._failures, self._pause_s = 0, FIRST_PAUSE_S
        if self.is_parked:
            self.reason = None
            metric.STAGE_PARKED.labels(self._stage).set(0)
            log.info("stage_resumed", stage=self._stage)
