"""Parking: a stage that cannot call stops pulling, and finds out with one probe when it can again.

It stays in its group and charges no attempt; what it had pulled waits in the shortest retry tier.
"""

import time
from collections.abc import Callable

from services.failure.error import StageError
from services.failure.verdict import VERDICTS, Act, Failure
from services.llm.limit.turn import TurnQueue
from services.stage_runtime.consumer.dead_letter_limit import DeadLetterLimit, is_counted
from services.stage_runtime.processing.outcome import DeadLettered, Outcome, RetryLater, Succeeded
from services.telemetry import metric
from services.telemetry.log import get_log

FIRST_PAUSE_S = 1.0
MAX_PAUSE_S = 60.0
MAX_RETRY_AFTER_S = 900.0
FLOOD_PAUSE_S = 300.0
# A success of a call that began before says nothing of these.
TIMED = frozenset({Failure.RATE_LIMITED, Failure.OVERLOADED, Failure.DAILY_BUDGET})

FLOOD = "flood"
PARKED_FOR = (FLOOD, *(f.value for f in Failure if VERDICTS[f].act is Act.PARK))
"""All that a stage may be parked for."""

log = get_log()


class Park:
    """Whether the stage may pull, as the outcomes of its records tell.

    Args:
        clock: Monotonic seconds.
        flood: Stops the stage but for a probe every five minutes; None for no limit.
        turns: Says whether a call would have its turn soon; None for always.
    """

    def __init__(
        self,
        stage: str,
        clock: Callable[[], float] = time.monotonic,
        flood: DeadLetterLimit | None = None,
        turns: TurnQueue | None = None,
    ) -> None:
        self._stage = stage
        self._flood = flood
        self._clock = clock
        self._turns = turns
        self._is_timed = False
        self._is_flood = False
        self._pause_s = FIRST_PAUSE_S
        self._probe_at = 0.0
        self.reason: str | None = None
        metric.STAGE_PARKED.labels(stage).set(0)
        for why in PARKED_FOR:
            metric.STAGE_PARKED_FOR.labels(stage, why).set(0)

    @property
    def is_parked(self) -> bool:
        """Whether no call can succeed now, as far as is known."""
        return self.reason is not None

    def may_pull(self, in_progress: int) -> bool:
        """Whether to pull the next record: as calls allow, or as the one probe that is due."""
        if self.is_parked:
            return in_progress == 0 and self.wait_s == 0
        return self._turns is None or self._turns.may_begin(in_progress)

    @property
    def wait_s(self) -> float:
        """How long until the next probe, in seconds."""
        return max(0.0, self._probe_at - self._clock()) if self.is_parked else 0.0

    def observe(self, outcome: Outcome) -> None:
        """Take in what a record came to."""
        if self._is_flooded(outcome):
            return
        if isinstance(outcome, Succeeded) and outcome.has_called:
            self._succeed()
        elif error := _find_block(outcome):
            self._stop(error)

    def _is_flooded(self, outcome: Outcome) -> bool:
        """Whether too many records are given up on. A probe that is, too, lengthens it."""
        if self._flood is None:
            return False
        self._flood.observe(outcome)
        reason = self._flood.find_reason()
        if reason is None and not (self._is_flood and is_counted(outcome)):
            return False
        self._is_flood, self._is_timed = True, True
        self._probe_at = self._clock() + FLOOD_PAUSE_S
        self._park(reason or self.reason or "", FLOOD)
        return True

    def _stop(self, error: StageError) -> None:
        if self.is_parked and self.wait_s > 0:
            return
        asked_s = min(error.retry_after_s or 0.0, MAX_RETRY_AFTER_S)
        self._is_timed = asked_s > 0 and error.failure in TIMED
        self._probe_at = self._clock() + max(asked_s, self._pause_s)
        self._pause_s = min(self._pause_s * 2, MAX_PAUSE_S)
        self._park(error.message, error.failure)

    def _park(self, reason: str, why: str) -> None:
        self._show(why)
        if not self.is_parked:
            metric.STAGE_PARKED.labels(self._stage).set(1)
            if self._turns is not None:
                self._turns.concurrency.restart()
            log.warning("stage_parked", stage=self._stage, reason=reason)
        self.reason = reason

    def _succeed(self) -> None:
        if self._is_timed and self.wait_s > 0:
            return
        self._pause_s = FIRST_PAUSE_S
        self._is_flood = False
        if self.is_parked:
            self.reason = None
            metric.STAGE_PARKED.labels(self._stage).set(0)
            self._show(None)
            log.info("stage_resumed", stage=self._stage)

    def _show(self, why: str | None) -> None:
        for one in PARKED_FOR:
            metric.STAGE_PARKED_FOR.labels(self._stage, one).set(one == why)


def _find_block(outcome: Outcome) -> StageError | None:
    """For what no call can succeed now, as one record has found out."""
    if isinstance(outcome, RetryLater) and outcome.error.verdict.act is Act.PARK:
        return outcome.error
    return outcome.blocked_by if isinstance(outcome, DeadLettered) else None
