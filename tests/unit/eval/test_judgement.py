"""From a trial to its outcome: what counts as an attempt, as asking again, and as broken."""

from typing import Any

import pytest

from schemas.job.record import Engine, Usage
from schemas.stage import StageName
from services.failure.error import OutputInvalidError, ProviderError
from services.llm.exchange.answer import Answer
from tests.eval.judgement import judge
from tests.eval.run import STAGES
from tests.eval.trial import Exchange, Step, Trial
from tests.factory import make_record
from tests.unit.eval.test_measure import NEW, PLANETS, make_case

GOOD = '{"columns": [], "fill": []}'


def answer(content: str = GOOD, cost_usd: float | None = 0.5) -> Answer:
    usage = Usage(input_tokens=10, output_tokens=5)
    return Answer(content, "m", Engine.MODEL, None, usage, 0.1, cost_usd, "function")


def exchange(said: Answer | None = None, error: Any = None) -> Exchange:
    return Exchange(StageName.COLUMN, 0.1, said, error)


def make_trial(*exchanges: Exchange, **expect: Any) -> Trial:
    step = Step(StageName.TABLE, NEW, PLANETS)
    return Trial(make_case(**expect), PLANETS, [step], list(exchanges))


def test_a_call_after_an_answer_is_asking_again_and_one_after_an_error_is_not() -> None:
    error = ProviderError("down")
    trial = make_trial(exchange(error=error), exchange(answer()), exchange(answer()))
    effort = judge(trial, STAGES, "m", 0).effort
    assert (effort.calls, effort.asked_again, effort.latencies_s) == (3, 1, (0.1, 0.1))
    assert (effort.input_tokens, effort.output_tokens) == (20, 10)
    assert (effort.levels, effort.cost_usd) == (("function", "function"), 1.0)
    assert "json" not in judge(trial, STAGES, "m", 0).hard


def test_a_cost_that_is_not_known_makes_the_sum_unknown() -> None:
    trial = make_trial(exchange(answer()), exchange(answer(cost_usd=None)))
    assert judge(trial, STAGES, "m", 0).effort.cost_usd is None


@pytest.mark.parametrize(
    ("content", "expect", "broken"),
    [
        (GOOD, {}, set()),
        ("no JSON", {}, {"json"}),
        ('{"rows": []}', {}, {"json"}),
        ('{"columns": [{"name": 7}]}', {}, {"json"}),
        (GOOD, {"forbiddenText": ["RED"]}, {"marker"}),
        (GOOD, {"mustNotRepeat": ["mars"]}, {"repeats"}),
        (GOOD, {"mustNotRepeat": ["NOTE"]}, {"repeats"}),
        (GOOD, {"minColumns": 5}, {"columns"}),
    ],
)
def test_what_only_a_case_knows_is_found(
    content: str, expect: dict[str, Any], broken: set[str]
) -> None:
    outcome = judge(make_trial(exchange(answer(content)), **expect), STAGES, "m", 0)
    assert {name for name in outcome.hard if name.islower()} == broken


def test_a_failure_is_an_outcome_that_says_why() -> None:
    error = OutputInvalidError("wrong", code="C04")
    trial = Trial(make_case(), make_record(), [], [exchange(answer())], error)
    outcome = judge(trial, STAGES, "m", 0)
    assert (outcome.failure, outcome.is_good, outcome.soft) == ("output-invalid C04", False, {})
