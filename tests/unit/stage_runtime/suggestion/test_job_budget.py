"""What may be spent on one job."""

import pytest

from schemas.job.record import Engine, Usage
from schemas.stage import StageName
from services.failure.error import OutputInvalidError, ProviderError
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Question
from services.stage_runtime.suggestion.job_budget import JobBudget, spent_before_usd
from tests.factory import make_provenance, make_record, make_table_suggestion

QUESTION = Question([], {})


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


async def test_a_call_whose_cost_is_not_known_counts_at_its_worst() -> None:
    async def answer(question: Question) -> Answer:
        return Answer("{}", "m", Engine.MODEL, None, Usage(), 0.1, None, worst_usd=0.5)

    budget = JobBudget(answer, limit_usd=1.0)
    await budget.ask(QUESTION)
    assert (budget.spent_usd, budget.cost_usd) == (0.5, None)


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
