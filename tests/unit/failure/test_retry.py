"""When a failed record is tried again, and where it waits."""

from datetime import timedelta

import pytest

from schemas.kafka.retry_tier import DEFAULT_TIERS
from services.failure.error import BudgetError, OutputInvalidError, ProviderError
from services.failure.retry import RetryPolicy
from services.failure.verdict import VERDICTS, Act, Failure
from tests.factory import NOW

POLICY = RetryPolicy(DEFAULT_TIERS, max_attempts=6)


def test_every_failure_has_its_verdict() -> None:
    assert set(VERDICTS) == set(Failure)


@pytest.mark.parametrize(
    ("attempt", "tier", "next_attempt"),
    [(1, "5s", 2), (2, "30s", 3), (3, "5m", 4), (4, "5m", 5), (5, "5m", 6)],
)
def test_each_attempt_waits_longer_and_the_last_tier_comes_again(
    attempt: int, tier: str, next_attempt: int
) -> None:
    decision = POLICY.decide(ProviderError("down"), attempt, NOW, None)
    assert decision is not None
    assert (decision.tier.name, decision.attempt) == (tier, next_attempt)
    assert decision.due_at == NOW + timedelta(seconds=decision.tier.delay_s)


def test_the_last_attempt_is_given_up_on() -> None:
    assert POLICY.decide(ProviderError("down"), 6, NOW, None) is None


@pytest.mark.parametrize("failure", [f for f, v in VERDICTS.items() if v.act is Act.DEAD])
def test_what_cannot_succeed_never_waits(failure: Failure) -> None:
    assert POLICY.decide(ProviderError("x", failure=failure), 1, NOW, None) is None


@pytest.mark.parametrize(
    "failure", [Failure.HANDED_OVER, *(f for f, v in VERDICTS.items() if v.act is Act.PARK)]
)
def test_a_park_or_another_worker_charges_no_attempt_however_often(failure: Failure) -> None:
    decision = POLICY.decide(ProviderError("x", failure=failure), 6, NOW, None)
    assert decision is not None
    assert (decision.tier.name, decision.attempt) == ("5s", 6)


@pytest.mark.parametrize(
    ("failure", "retry_after_s", "tier"),
    [
        (Failure.RATE_LIMITED, 0, "5s"),
        (Failure.RATE_LIMITED, 5, "5s"),
        (Failure.RATE_LIMITED, 29, "5s"),
        (Failure.RATE_LIMITED, 31, "30s"),
        (Failure.RATE_LIMITED, 299, "30s"),
        (Failure.DAILY_BUDGET, 3600, "5m"),
        (Failure.SERVER_ERROR, 5, "5s"),
        (Failure.SERVER_ERROR, 6, "30s"),
        (Failure.SERVER_ERROR, 31, "5m"),
        (Failure.SERVER_ERROR, 3600, "5m"),
    ],
)
def test_a_time_to_come_back_picks_a_tier_and_never_stretches_one(
    failure: Failure, retry_after_s: float, tier: str
) -> None:
    """A parked stage waits by itself, so its records' tier need not be long enough."""
    error = ProviderError("x", failure=failure, retry_after_s=retry_after_s)
    decision = POLICY.decide(error, 1, NOW, None)
    assert decision is not None
    assert decision.tier.name == tier


def test_a_bad_answer_waits_once() -> None:
    assert POLICY.decide(OutputInvalidError("x"), 1, NOW, None) is not None
    assert POLICY.decide(OutputInvalidError("x"), 2, NOW, None) is None


def test_nothing_waits_past_the_deadline() -> None:
    error = ProviderError("down")
    assert POLICY.decide(error, 1, NOW, NOW + timedelta(seconds=5)) is not None
    assert POLICY.decide(error, 1, NOW, NOW + timedelta(seconds=4)) is None


@pytest.mark.parametrize(("retry_after_s", "left_s", "waits"), [(31, 240, True), (241, 240, False)])
def test_a_parked_record_s_deadline_is_judged_by_the_time_asked_for(
    retry_after_s: float, left_s: float, waits: bool
) -> None:
    error = ProviderError("x", failure=Failure.RATE_LIMITED, retry_after_s=retry_after_s)
    decision = POLICY.decide(error, 1, NOW, NOW + timedelta(seconds=left_s))
    assert (decision is not None) is waits


def test_a_day_s_money_may_be_raised_before_the_next_day() -> None:
    spent = BudgetError("spent", failure=Failure.DAILY_BUDGET, retry_after_s=80_000)
    assert POLICY.decide(spent, 1, NOW, NOW + timedelta(hours=1)) is not None
