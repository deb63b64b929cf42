"""What a job would take, by the code that plans its calls."""

import json
from math import ceil
from typing import Any

import pytest

from schemas.job.record import Engine, Usage
from schemas.stage import StageName
from services.estimate.estimate import STAGES, estimate_job
from services.estimate.imagined_answer import ImaginedAnswer
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Question
from services.llm.exchange.response_format import narrow
from services.llm.limit.price import FREE, Price
from services.stage_runtime.suggestion.draft import MAX_RE_ASKS
from services.stage_runtime.suggestion.suggester import Suggester
from tests.factory import NEW_TABLE, OLD_TABLE, make_record, make_request
from tests.unit.agents.scripted_model import no_pause

LONG: dict[str, Any] = {
    "title": "Cities",
    "columns": [{"name": "City"}, {"name": "People", "dataType": "integer"}],
    "rows": [{"cells": [f"City {n}", str(n)]} for n in range(130)],
}
BARE = {"title": "Cities", "columns": [{"name": "City"}]}
REQUESTS: dict[str, tuple[dict[str, Any], list[int]]] = {
    "a new table": ({"context": NEW_TABLE}, [1, 1, 1]),
    "an existing one": ({"context": OLD_TABLE}, [1, 1, 1]),
    "one without rows": ({"context": BARE}, [1, 1, 1]),
    "one of 130 rows, in batches of 60": ({"context": LONG}, [1, 3, 1]),
    "values that nobody wants": (
        {"context": LONG, "want": {"columns": 2, "fillExisting": False}},
        [1, 1, 1],
    ),
    "columns only": ({"context": OLD_TABLE, "stages": ["column"]}, [1]),
    "no rows": ({"context": NEW_TABLE, "want": {"rows": 0}}, [1, 1, 0]),
    "nothing": ({"context": OLD_TABLE, "want": {"columns": 0, "rows": 0}}, [1, 0, 0]),
    "many rows": ({"context": OLD_TABLE, "want": {"rows": 50, "columns": 10}}, [1, 1, 1]),
}


@pytest.mark.parametrize(("given", "calls"), REQUESTS.values(), ids=REQUESTS)
def test_the_calls_are_those_that_the_stages_plan(given: dict[str, Any], calls: list[int]) -> None:
    assert [stage.calls for stage in estimate_job(make_request(**given)).stages] == calls


@pytest.mark.parametrize("given", [given for given, _ in REQUESTS.values()], ids=REQUESTS)
async def test_the_real_loop_makes_these_calls_and_asks_again_within_what_is_said(
    given: dict[str, Any],
) -> None:
    record = make_record(**given)
    for estimated in estimate_job(make_request(**given)).stages:
        (stage,) = [stage for stage in STAGES if stage.name is estimated.stage]
        asked: list[Question] = []
        imagined = ImaginedAnswer(8)

        async def ask(
            question: Question,
            asked: list[Question] = asked,
            imagined: ImaginedAnswer = imagined,
        ) -> Answer:
            asked.append(question)
            schema = narrow(question.response_format, question.exact)["json_schema"]["schema"]
            said = json.dumps(imagined.fill(schema))
            return Answer(said, "m", Engine.MODEL, None, Usage(), 0.1)

        suggested = await Suggester(stage, ask, no_pause).suggest(record)
        record = record.provisionally(stage.name, suggested.suggestion)
        assert estimated.calls <= len(asked) <= estimated.calls + MAX_RE_ASKS
        assert suggested.suggestion is not None


def test_longer_tables_and_larger_wishes_take_more_tokens() -> None:
    few = estimate_job(make_request(context=OLD_TABLE))
    many = estimate_job(make_request(context=OLD_TABLE, want={"rows": 20}))
    long = estimate_job(make_request(context=LONG))
    assert many.output_tokens > 2 * few.output_tokens
    assert long.input_tokens > 2 * few.input_tokens


def test_the_cost_is_that_of_its_tokens_and_the_sum_of_its_stages() -> None:
    found = estimate_job(make_request(), "any", Price(2.0, 8.0))
    cents = found.input_tokens * 2.0 + found.output_tokens * 8.0
    assert found.cost_usd == pytest.approx(cents / 1_000_000)


@pytest.mark.parametrize(
    ("model", "price", "is_known"),
    [
        ("gpt-4.1", Price(), True),
        ("a model that nobody has heard of", Price(), False),
        ("", None, False),
    ],
)
def test_a_price_that_is_not_known_is_not_0(
    model: str, price: Price | None, is_known: bool
) -> None:
    assert (estimate_job(make_request(), model, price).cost_usd is not None) is is_known
    assert estimate_job(make_request(), model, FREE).cost_usd == 0


def test_a_stage_without_a_call_costs_nothing_whatever_the_price() -> None:
    stages = estimate_job(make_request(want={"rows": 0})).stages
    assert [stage.cost_usd for stage in stages if stage.stage is StageName.ROW] == [0.0]
    assert ceil(stages[0].input_tokens) > 0
