"""What a replay is expected to take rests on what the same jobs took."""

import pytest

from schemas.job.record import Usage
from schemas.stage import StageName
from services.llm.limit.price import FREE, Price
from services.replay.expectation import expect, expect_job_s
from tests.unit.replay.past import Past, job_id

TABLE, COLUMN, ROW = StageName
STAGES = (COLUMN, ROW)


def make_past() -> Past:
    """1 has answered both stages, 2 has failed in its columns."""
    past = Past()
    record = past.answer(past.post(1), TABLE)
    record = past.answer(record, COLUMN, calls=3)
    past.answer(record, ROW, calls=1, usage=Usage(input_tokens=50, output_tokens=20))
    past.fail(past.answer(past.post(2), TABLE), COLUMN)
    return past


def test_a_stage_that_has_answered_counts_as_it_took() -> None:
    jobs = make_past().read().jobs
    column, row = expect([jobs[job_id(1)]], jobs.values(), STAGES, None, FREE)
    assert (column.calls, column.input_tokens, column.output_tokens) == (3, 100, 10)
    assert (row.calls, row.input_tokens, row.output_tokens) == (1, 50, 20)
    assert (column.measured, column.assumed, column.cost_usd) == (1, 0, 0.0)


def test_one_that_has_not_counts_as_the_mean_of_the_others() -> None:
    jobs = make_past().read().jobs
    column, _ = expect([jobs[job_id(2)]], jobs.values(), STAGES, None, FREE)
    assert (column.calls, column.input_tokens, column.measured, column.assumed) == (3, 100, 0, 1)


def test_where_no_job_has_answered_nothing_is_known_and_no_cost_is_told() -> None:
    past = Past()
    past.fail(past.answer(past.post(1), TABLE), COLUMN)
    jobs = past.read().jobs
    column, _ = expect([jobs[job_id(1)]], jobs.values(), STAGES, None, Price(1.0, 1.0))
    assert (column.jobs, column.measured, column.assumed, column.cost_usd) == (1, 0, 0, None)


def test_a_job_takes_as_long_as_the_calls_of_its_stages_took() -> None:
    past = Past()
    for number, took_s in enumerate((2.0, 3.0, 90.0)):
        record = past.answer(past.post(number), TABLE, latency_s=50.0)
        past.answer(past.answer(record, COLUMN, latency_s=took_s), ROW, latency_s=1.0)
    past.fail(past.answer(past.post(9), TABLE), COLUMN)
    jobs = past.read().jobs.values()
    assert expect_job_s(jobs, STAGES) == 4.0
    assert expect_job_s([job for job in jobs if job.failed is not None], STAGES) is None


@pytest.mark.parametrize(
    ("price", "cost"), [(Price(1e6, 2e6), 120.0), (FREE, 0.0), (None, None)], ids=str
)
def test_the_price_is_that_of_the_model_that_answers(
    price: Price | None, cost: float | None
) -> None:
    jobs = make_past().read().jobs
    column, _ = expect([jobs[job_id(1)]], jobs.values(), STAGES, "m-2", price)
    assert column.cost_usd == cost


@pytest.mark.parametrize(
    ("model", "costs", "cost"),
    [
        (None, (0.25, 0.75), 1.0),
        ("m-1", (0.25, 0.75), 1.0),
        ("m-2", (0.25, 0.75), None),
        (None, (0.25, None), None),
    ],
)
def test_where_the_price_is_not_known_an_answer_costs_what_it_has_cost(
    model: str | None, costs: tuple[float | None, ...], cost: float | None
) -> None:
    past = Past()
    for number, cost_usd in enumerate(costs):
        past.answer(past.answer(past.post(number), TABLE), COLUMN, cost_usd=cost_usd)
    jobs = past.read().jobs
    column, _ = expect(list(jobs.values()), jobs.values(), STAGES, model, None)
    assert column.cost_usd == cost


def test_one_that_has_not_answered_costs_the_mean_of_the_others() -> None:
    past = Past()
    for number, cost_usd in enumerate((0.25, 0.75)):
        past.answer(past.answer(past.post(number), TABLE), COLUMN, cost_usd=cost_usd)
    past.fail(past.answer(past.post(9), TABLE), COLUMN)
    jobs = past.read().jobs
    column, _ = expect([jobs[job_id(0)], jobs[job_id(9)]], jobs.values(), STAGES, None, None)
    assert (column.measured, column.assumed, column.cost_usd) == (1, 1, 0.75)
