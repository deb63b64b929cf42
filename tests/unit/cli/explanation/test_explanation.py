"""Three sentences from what processes export: the cause is told before what follows from it."""

import pytest

from services.cli.explanation.duration import say_s
from services.cli.explanation.explanation import CANARY, explain
from services.cli.explanation.metrics import parse_metrics
from services.cli.explanation.sighting import Sighting
from tests.unit.cli.explanation.sighted import CASES, NOW, OLD, REBALANCES, calls, parked_for, see


def test_a_stack_that_is_well_is_said_to_be() -> None:
    assert see() == (
        f"Gateway and stages pass jobs on: {CANARY} 20 s ago; 2 of 100 runs of jobs failed since"
        " the gateway was started.",
        "Nothing is wrong, and nothing waits longer than it should.",
        "Jobs have cost 1.50 USD today and 40.25 USD this month (UTC).",
    )


@pytest.mark.parametrize(
    ("worker", "held"),
    [
        (None, "Jobs that need row-agent wait;"),
        ('brainshare_stage_parked{stage="row"} 1', "Jobs that need the stage row wait;"),
        ('brainshare_llm_circuit_open{stage="row"} 1', "Jobs that need the stage row wait;"),
    ],
)
def test_jobs_are_not_said_to_get_through_a_stage_that_is_gone(
    worker: str | None, held: str
) -> None:
    served, _, _ = see(worker=worker)
    assert served.startswith(f"{held} {CANARY} 20 s ago; ")


def test_a_canary_that_calls_no_model_does_not_hide_that_jobs_fail() -> None:
    served, _, _ = see('brainshare_jobs_finished_total{kind="new",outcome="failed"} 196')
    assert "most failed: 196 of 294 runs of jobs since" in served


@pytest.mark.parametrize(
    ("worker", "why", "told"),
    [
        (
            'brainshare_llm_circuit_open{stage="row"} 1',
            "the model server is down: it cannot be reached: nothing listens at http://x/v1: look"
            " at OPENAI_BASE_URL",
            "The model provider (openai) is down for row: it cannot be reached: nothing listens at"
            " http://x/v1: look at OPENAI_BASE_URL; stages go on by themselves once it answers"
            " (docs",
        ),
        (
            'brainshare_llm_circuit_open{stage="row"} 1',
            "the model server is down: it answered 500",
            "The model provider (openai) is down for row: it answered 500; see its status page;",
        ),
        (
            parked_for("wrong-address"),
            "no model server at http://x/v1, it answered 404: look at OPENAI_BASE_URL",
            "The stage row takes no work: no model server at http://x/v1, it answered 404: look at"
            " OPENAI_BASE_URL (docs",
        ),
        (
            parked_for("key-refused"),
            "the model server answered 401: the key is refused: look at OPENAI_API_KEY",
            "because the model provider refuses the key: set OPENAI_API_KEY",
        ),
    ],
    ids=["a dead address", "a provider that is down", "a wrong address", "what is said already"],
)
def test_what_a_parked_worker_says_is_told_with_address_and_setting(
    worker: str, why: str, told: str
) -> None:
    assert told in see(worker=worker, reasons={"row-agent": why})[1]


@pytest.mark.parametrize(("alert", "says", "gateway", "worker"), CASES)
def test_the_cause_is_named_with_its_section_of_the_runbook(
    alert: str, says: str, gateway: str | None, worker: str | None
) -> None:
    _, wrong, _ = see(gateway, worker)
    assert says in wrong
    assert f"docs/runbook.md, {alert}" in wrong


def test_the_cause_comes_before_what_follows_from_it() -> None:
    down = 'brainshare_llm_circuit_open{stage="row"} 1\nbrainshare_stage_parked{stage="row"} 1'
    assert "ProviderOutage" in see(OLD, down)[1]


@pytest.mark.parametrize(
    "worker",
    [
        calls(took_s=50.0, before=0, ok=10),
        calls(took_s=15.0, ok=10),
        calls(took_s=50.0, slow=100, ok=10),
        calls(rate_limited=4),
        calls(ok=20, rate_limited=2),
        calls(ok=9, timed_out=1),
        f"{REBALANCES} 3",
    ],
    ids=[
        "slow from the start",
        "slower, and quick",
        "slow as before",
        "few calls",
        "few limited",
        "few failed",
        "a deploy",
    ],
)
def test_what_says_little_is_no_cause(worker: str) -> None:
    assert see(worker=worker)[1].startswith("Nothing is wrong")


def test_a_full_disk_comes_before_what_it_takes_away() -> None:
    gone = Sighting(None, {"row-agent": None}, NOW, full_disk="/data")
    assert "The disk of /data is full" in explain(gone)[1]


def test_without_a_canary_nothing_is_claimed_of_one() -> None:
    served, wrong, _ = see("brainshare_canary_last_success_timestamp_seconds 0")
    assert served.startswith("The gateway answers, and no canary is sent")
    assert wrong.startswith("Nothing is wrong")


def test_a_gateway_that_is_down_serves_nobody_and_knows_no_cost() -> None:
    assert see(None)[0] == "Nobody is served: the gateway does not answer."
    assert see(None)[2] == "What jobs have cost is not known now."


def test_what_is_no_metric_is_passed_over() -> None:
    found = parse_metrics('<html>\na 1\nb{c="d \\" }"} 2\nb oops\nx NaN\n# HELP a b')
    assert found.samples == {"a": [({}, 1.0)], "b": [({"c": 'd \\" }'}, 2.0)]}


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (3e5, "3 d")]
)
def test_a_duration_is_two_words(seconds: float, said: str) -> None:
    assert say_s(seconds) == said
