"""What may be spent: of one job, and in one day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.job.record import Engine, Usage
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.failure.error import BudgetError, OutputInvalidError, ProviderError
from services.failure.verdict import Failure
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Question
from services.llm.limit.budget import CallBudget, DailyBudget
from services.llm.limit.price import Price
from services.stage_runtime.suggestion.job_budget import JobBudget, spent_before_usd
from tests.factory import make_provenance, make_record, make_table_suggestion

QUESTION = Question([], {})
DOLLAR = Price(1.0, 1.0)
MTOK = 1_000_000


class FakeModel:
    """Answers at a price, and remembers how much each call was allowed."""

    def __init__(self, cost_usd: float | None) -> None:
        self.cost_usd = cost_usd
        self.allowed: list[float | None] = []

    async def ask(self, question: Question) -> Answer:
        self.allowed.append(question.budget_usd)
        return Answer("{}", "m", Engine.MODEL, None, Usage(), 0.1, self.cost_usd)


async def test_each_call_of_a_job_may_cost_what_those_before_it_have_left() -> None:
    model = FakeModel(0.25)
    budget = JobBudget(model.ask, limit_usd=1.0, spent_usd=0.5)
    for _ in range(3):
        await budget.ask(QUESTION)
    assert model.allowed == [0.5, 0.25, 0.0]
    assert budget.cost_usd == 0.75


async def test_a_job_without_a_limit_is_asked_for_as_it_is() -> None:
    model = FakeModel(None)
    budget = JobBudget(model.ask, limit_usd=None)
    await budget.ask(QUESTION)
    assert (model.allowed, budget.cost_usd) == ([None], None)


async def test_a_failed_attempt_says_what_it_has_cost() -> None:
    budget = JobBudget(FakeModel(0.25).ask, limit_usd=None)
    await budget.ask(QUESTION)
    with pytest.raises(OutputInvalidError) as raised, budget:
        raise OutputInvalidError("no use")
    assert raised.value.spent_usd == 0.25


async def test_a_call_that_was_billed_and_failed_is_counted() -> None:
    async def fail(question: Question) -> Answer:
        error = ProviderError("cut off")
        error.spent_usd = 0.1
        raise error

    budget = JobBudget(fail, limit_usd=1.0)
    with pytest.raises(ProviderError) as raised, budget:
        await budget.ask(QUESTION)
    assert raised.value.spent_usd == 0.1


def test_a_jobs_cost_is_that_of_its_stages_and_of_this_stages_attempts() -> None:
    record = make_record().with_result(
        StageName.TABLE, make_table_suggestion(), make_provenance(cost_usd=0.5)
    )
    assert spent_before_usd(record, 0.25) == 0.75
    assert spent_before_usd(make_record(), None) == 0


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
