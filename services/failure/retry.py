"""When a failed record is tried again, and where it waits until then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.kafka.retry_tier import RetryTier
from services.failure.error import StageError
from services.failure.verdict import Act, Failure


@dataclass(frozen=True)
class RetryDecision:
    """A record waits in a tier.

    Attributes:
        attempt: The attempt that it will be.
        due_at: Not before. The delay is a floor.
    """

    tier: RetryTier
    attempt: int
    due_at: datetime


@dataclass(frozen=True)
class RetryPolicy:
    """Decides about failures.

    Attributes:
        tiers: The shortest first; after the last one the last one again.
        max_attempts: Charged attempts before giving up.
    """

    tiers: tuple[RetryTier, ...]
    max_attempts: int

    def decide(
        self, error: StageError, attempt: int, now: datetime, deadline_at: datetime | None
    ) -> RetryDecision | None:
        """Choose the tier in which a failed record waits.

        Args:
            attempt: The attempt that failed. Starts at 1 with the first delivery.
            deadline_at: After this moment nothing is tried again; None for never.

        Returns:
            The tier and the due time, or None when the record is given up on.
        """
        if error.verdict.act is Act.DEAD or self._is_exhausted(error, attempt):
            return None
        tier = self._choose_tier(error, attempt)
        due_at = now + timedelta(seconds=tier.delay_s)
        if deadline_at is not None and self._useful_at(error, tier, now) > deadline_at:
            return None
        return RetryDecision(tier, attempt + error.verdict.is_charged, due_at)

    def _is_exhausted(self, error: StageError, attempt: int) -> bool:
        if not error.verdict.is_charged:
            return False
        later = error.verdict.later
        return attempt >= self.max_attempts or (later is not None and attempt > later)

    def _useful_at(self, error: StageError, tier: RetryTier, now: datetime) -> datetime:
        """When trying again can be of use. A tier shorter than what was asked for is no use yet.

        The day's money is another matter: somebody may raise it long before the next day.
        """
        is_open = error.failure is Failure.DAILY_BUDGET
        asked_s = 0.0 if is_open else error.retry_after_s or 0.0
        return now + timedelta(seconds=max(tier.delay_s, asked_s))

    def _choose_tier(self, error: StageError, attempt: int) -> RetryTier:
        """Choose by how often it failed, or by the time that the provider names.

        A parked stage pulls nothing until then, so the longest tier that does not overshoot will
        do: the record waits in the requests for the rest. What is handed over waits as short as
        can be. Otherwise the tier must be long enough.
        """
        asked_s = error.retry_after_s
        if error.verdict.act is Act.PARK or error.failure is Failure.HANDED_OVER:
            short = [tier for tier in self.tiers if tier.delay_s <= (asked_s or 0.0)]
            return (short or self.tiers[:1])[-1]
        if asked_s is not None:
            enough = [tier for tier in self.tiers if tier.delay_s >= asked_s]
            return (enough or self.tiers[-1:])[0]
        return self.tiers[min(attempt, len(self.tiers)) - 1]
