"""What may be spent: on one call, and in one day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.kafka.headers import ErrorKind
from services.failure.error import BudgetError
from services.failure.verdict import Failure
from services.llm.exchange.question import Question
from services.llm.limit.budget import CallBudget, DailyBudget
from services.llm.limit.price import Price

DOLLAR = Price(1.0, 1.0)
MTOK = 1_000_000


def test_a_call_that_might_cost_more_than_is_left_is_not_made() -> None:
    budget = CallBudget(DOLLAR, DailyBudget())
    question = Question([], {}, budget_usd=1.5)
    assert budget.reserve("m", question, MTOK // 2, MTOK) == 1.5
    with pytest.raises(BudgetError, match=r"may cost 2\.0000 USD, and 1\.5000 USD are left") as e:
        budget.reserve("m", question, MTOK, MTOK)
    assert (e.value.kind, e.value.code) == (ErrorKind.BUDGET, "max-cost")


def test_a_limit_that_cannot_be_kept_is_refused() -> None:
    budget = CallBudget(Price(base_url="http://127.0.0.1:9"), DailyBudget())
    with pytest.raises(BudgetError, match="LLM_PRICE_INPUT_PER_MTOK"):
        budget.reserve("m", Question([], {}, budget_usd=1.0), 1, 1)


class Day:
    """A daily budget of one dollar, with a clock that is set by hand."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "spending-w-0.json"
        self.now = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
        self.budget = self.open()

    def open(self) -> DailyBudget:
        return DailyBudget(1.0, self.path, lambda: self.now)

    def spend(self, usd: float) -> None:
        self.budget.reserve(usd)
        self.budget.settle(usd, usd)


def test_when_the_days_money_is_spent_the_stage_waits_for_the_next_day(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.spend(0.9)
    with pytest.raises(BudgetError) as raised:
        day.budget.reserve(0.2)
    assert (raised.value.failure, raised.value.retry_after_s) == (Failure.DAILY_BUDGET, 3600)
    assert not raised.value.verdict.is_charged
    day.now += timedelta(hours=1)
    day.budget.reserve(0.2)


def test_calls_under_way_are_counted_at_their_worst(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.budget.reserve(0.6)
    with pytest.raises(BudgetError):
        day.budget.reserve(0.6)
    day.budget.settle(0.6, 0.1)
    day.budget.reserve(0.6)


def test_what_was_spent_outlives_the_process(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.spend(0.9)
    assert day.open().spent_usd == 0.9
    day.now += timedelta(hours=1)
    assert day.open().spent_usd == 0


@pytest.mark.parametrize("content", ["", "{}", '{"day": 1, "spentUsd": "x"}', "[1]"])
def test_a_file_that_cannot_be_read_begins_a_new_sum(tmp_path: Path, content: str) -> None:
    day = Day(tmp_path)
    day.path.write_text(content)
    assert day.open().spent_usd == 0


def test_without_a_daily_budget_nothing_is_written(tmp_path: Path) -> None:
    budget = DailyBudget(None, tmp_path / "x" / "spending.json")
    budget.reserve(5.0)
    budget.settle(5.0, 5.0)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_throws_no_paid_answer_away(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.path.with_suffix(".draft").mkdir()
    day.spend(0.9)
    assert day.budget.spent_usd == 0.9
