"""What a job is to a stage: as its request says, as workers have seen, as a person says."""

from dataclasses import replace
from typing import Any

import pytest

from services.cli.capacity.expectation import expect, price
from services.cli.capacity.given import Given
from services.cli.capacity.load import ASSUMED_CALL_S, Load
from services.cli.capacity.observed import count_calls, observe
from services.cli.explanation.metrics import parse_metrics
from services.estimate.estimate import estimate_job
from services.llm.limit.price import Price
from tests.factory import NEW_TABLE, make_request
from tests.unit.cli.capacity.example import LOAD, STAGE

EXPORTED = """
brainshare_llm_requests_total{stage="table",outcome="ok"} 90
brainshare_llm_requests_total{stage="table",outcome="rate-limited"} 30
brainshare_llm_duration_seconds_count{stage="table"} 120
brainshare_llm_duration_seconds_sum{stage="table"} 240
brainshare_llm_tokens_total{stage="table",kind="input"} 80000
brainshare_llm_tokens_total{stage="table",kind="cached"} 70000
brainshare_llm_tokens_total{stage="table",kind="output"} 8000
brainshare_first_answers_total{stage="table",worth="usable"} 70
brainshare_first_answers_total{stage="table",worth="unusable"} 10
brainshare_stage_retries_total{stage="table",reason="rate-limited"} 20
brainshare_stage_processed_total{stage="table",outcome="succeeded"} 9000
"""
SEEN = [parse_metrics(EXPORTED), parse_metrics('brainshare_llm_requests_total{stage="row"} 0')]


def test_a_request_says_what_each_stage_would_call_and_publish() -> None:
    estimate = estimate_job(make_request(context=NEW_TABLE))
    load = expect(estimate, 60)
    assert [stage.calls for stage in load.stages] == [1, 1, 1]
    assert [s.record_bytes for s in load.stages] == [s.record_bytes for s in estimate.stages]
    assert load.request_bytes < load.stages[0].record_bytes < load.stages[1].record_bytes
    assert {stage.call_s for stage in load.stages} == {ASSUMED_CALL_S}


def test_a_stage_that_calls_nothing_is_not_tried_again_and_costs_nothing() -> None:
    load = price(expect(estimate_job(make_request(want={"rows": 0})), 60), "", None)
    last = load.stages[-1]
    assert (last.calls, last.retries, last.cost_usd) == (0, 0, 0.0)


def test_what_workers_have_seen_takes_the_place_of_what_was_expected() -> None:
    """100 deliveries of 80 records made 120 calls of 2 s; the canary's made none."""
    seen = observe(LOAD, SEEN)
    table = seen.stages[0]
    assert (table.calls, table.call_s, table.retries) == (1.2, 2.0, 0.25)
    assert (table.input_tokens, table.output_tokens) == (800, 80)
    assert table.record_bytes == STAGE.record_bytes
    assert seen.stages[1:] == LOAD.stages[1:]
    assert count_calls(SEEN) == 120


def test_a_delivery_costs_what_its_tokens_do() -> None:
    priced = price(LOAD, "mine", Price(1.0, 10.0))
    assert [s.cost_usd for s in priced.stages] == [pytest.approx(0.0019)] * 3
    assert [s.cost_usd for s in price(LOAD, "mine", None).stages] == [None] * 3


GIVEN: dict[str, tuple[Given, dict[str, Any]]] = {
    "nothing": (Given(), {}),
    "the time of a call": (Given(call_s=2.5), {"call_s": 2.5}),
    "how often a record is tried again": (Given(retries=0.0), {"retries": 0.0}),
    "calls of a job": (
        Given(calls=6),
        {"calls": 2.0, "input_tokens": 1_800.0, "output_tokens": 200.0},
    ),
    "tokens of a call": (Given(input_tokens=10), {"input_tokens": 10.0}),
    "calls of a job, and tokens of each": (
        Given(calls=6, output_tokens=10),
        {"calls": 2.0, "input_tokens": 1_800.0, "output_tokens": 20.0},
    ),
}


@pytest.mark.parametrize(("given", "changes"), GIVEN.values(), ids=GIVEN)
def test_what_a_person_says_goes_before_all(given: Given, changes: dict[str, Any]) -> None:
    assert given.apply(LOAD).stages == tuple(replace(s, **changes) for s in LOAD.stages)


def test_a_stage_that_calls_no_model_goes_on_calling_none() -> None:
    still = replace(STAGE, calls=0.0, input_tokens=0.0, output_tokens=0.0)
    assert Given(calls=3, call_s=1.0).apply(Load(1, (still,), 1)).stages == (still,)


def test_a_stage_reads_what_the_one_before_it_has_published() -> None:
    other = replace(LOAD.stages[1], record_bytes=9_000)
    load = replace(LOAD, stages=(LOAD.stages[0], other, LOAD.stages[2]))
    assert load.came_as == (1_000, 2_000, 9_000)
