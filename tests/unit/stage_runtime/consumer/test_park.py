"""When a stage stops pulling, and when it goes on."""

from dataclasses import replace

from schemas.kafka.headers import ErrorKind
from schemas.kafka.retry_tier import DEFAULT_TIERS
from services.failure.error import BudgetError, ProviderError, StageError
from services.failure.retry import RetryDecision
from services.failure.verdict import Failure
from services.llm.limit.concurrency import Concurrency
from services.llm.limit.turn import TurnQueue
from services.stage_runtime.consumer.park import Park
from services.stage_runtime.processing.outcome import (
    DeadLettered,
    Publication,
    RetryLater,
    Succeeded,
)
from services.telemetry.metric import STAGE_PARKED_FOR
from tests.factory import NOW

OUTPUT = Publication("out", b"job", b"")
SUCCESS = Succeeded(OUTPUT)
LIMITED = ProviderError("busy", failure=Failure.RATE_LIMITED, retry_after_s=30)
KEY_REFUSED = ProviderError("the key is refused", failure=Failure.KEY_REFUSED)


def waits(error: StageError) -> RetryLater:
    return RetryLater(OUTPUT, error, RetryDecision(DEFAULT_TIERS[0], 1, NOW), 0, 0)


class Case:
    """A park with a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.park = Park("s", lambda: self.now)


def test_a_well_stage_pulls_whatever_is_in_progress() -> None:
    assert Case().park.may_pull(in_progress=63)


def test_a_refused_key_parks_at_once_and_says_why() -> None:
    case = Case()
    case.park.observe(waits(KEY_REFUSED))
    assert case.park.reason == "the key is refused"
    assert not case.park.may_pull(in_progress=0)


def test_one_probe_at_a_time_is_pulled_when_it_is_due() -> None:
    case = Case()
    case.park.observe(waits(KEY_REFUSED))
    case.now += case.park.wait_s
    assert case.park.may_pull(in_progress=0)
    assert not case.park.may_pull(in_progress=1)


def test_probes_become_rarer_and_a_success_ends_it() -> None:
    case, pauses = Case(), []
    for _ in range(8):
        case.park.observe(waits(KEY_REFUSED))
        pauses.append(case.park.wait_s)
        case.now += case.park.wait_s
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    case.park.observe(SUCCESS)
    assert case.park.may_pull(in_progress=63)


def test_failures_of_calls_that_were_under_way_do_not_lengthen_the_pause() -> None:
    case = Case()
    for _ in range(64):
        case.park.observe(waits(KEY_REFUSED))
    assert case.park.wait_s == 1


def test_the_provider_may_ask_for_a_longer_pause() -> None:
    case = Case()
    case.park.observe(waits(LIMITED))
    assert case.park.wait_s == 30


def test_a_success_of_a_call_that_began_before_does_not_end_the_pause_that_was_asked_for() -> None:
    case = Case()
    case.park.observe(waits(LIMITED))
    case.park.observe(SUCCESS)
    assert case.park.is_parked
    case.now += 30
    case.park.observe(SUCCESS)
    assert not case.park.is_parked


def test_a_failure_that_may_pass_parks_nothing() -> None:
    case = Case()
    for _ in range(100):
        case.park.observe(waits(ProviderError("down", failure=Failure.SERVER_ERROR)))
    assert not case.park.is_parked


def test_a_record_that_goes_to_another_worker_parks_nothing() -> None:
    case = Case()
    case.park.observe(waits(ProviderError("given on", failure=Failure.HANDED_OVER)))
    assert not case.park.is_parked


def test_no_more_is_pulled_than_the_provider_can_take() -> None:
    concurrency = Concurrency(64)
    park = Park("s", turns=TurnQueue(concurrency))
    assert park.may_pull(in_progress=63)
    concurrency.restart()
    assert [park.may_pull(count) for count in (0, 1, 2)] == [True, True, False]


def test_after_a_park_calls_come_back_one_by_one() -> None:
    concurrency = Concurrency(64)
    Park("s", turns=TurnQueue(concurrency)).observe(waits(KEY_REFUSED))
    assert concurrency.limit == 1


def test_the_days_money_is_waited_for_until_the_next_day() -> None:
    case = Case()
    spent = BudgetError("spent", failure=Failure.DAILY_BUDGET, retry_after_s=300)
    case.park.observe(waits(spent))
    case.park.observe(SUCCESS)
    assert case.park.wait_s == 300


def test_a_success_that_made_no_call_says_nothing_of_the_provider() -> None:
    case = Case()
    case.park.observe(waits(KEY_REFUSED))
    case.now += case.park.wait_s
    case.park.observe(replace(SUCCESS, has_called=False))
    assert case.park.is_parked
    assert case.park.may_pull(in_progress=0)
    case.park.observe(SUCCESS)
    assert not case.park.is_parked


def test_what_a_stage_is_parked_for_is_told_until_it_goes_on() -> None:
    def told() -> set[str]:
        return {
            sample.labels["reason"]
            for family in STAGE_PARKED_FOR.collect()
            for sample in family.samples
            if sample.value and sample.labels["stage"] == "s"
        }

    case = Case()
    assert told() == set()
    case.park.observe(waits(KEY_REFUSED))
    assert told() == {"key-refused"}
    case.now += case.park.wait_s
    case.park.observe(waits(LIMITED))
    assert told() == {"rate-limited"}
    case.now += case.park.wait_s
    case.park.observe(SUCCESS)
    assert told() == set()


def test_a_record_that_cannot_wait_for_the_end_of_it_parks_the_stage_as_well() -> None:
    case = Case()
    late = DeadLettered(OUTPUT, ErrorKind.DEADLINE, "too late", blocked_by=LIMITED)
    case.park.observe(late)
    assert case.park.reason == "busy"
    assert case.park.wait_s == 30
