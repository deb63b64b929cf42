"""Three sentences from what processes export: the cause is told before what follows from it."""

import pytest

from services.cli.explanation.cause import say_s
from services.cli.explanation.explanation import explain
from services.cli.explanation.metrics import Metrics, parse_metrics
from services.cli.explanation.sighting import Sighting

NOW = 1_000_000.0
GATEWAY = f"""
brainshare_canary_last_success_timestamp_seconds {NOW - 20}
brainshare_lag_probed_timestamp_seconds {NOW - 5}
brainshare_jobs_finished_total{{kind="new",outcome="failed"}} 2
brainshare_jobs_finished_total{{kind="new",outcome="completed"}} 98
brainshare_projector_still_seconds 0
brainshare_consumer_oldest_pending_timestamp_seconds{{stage="row",topic_kind="requests"}} NaN
brainshare_oldest_in_flight_job_accepted_timestamp_seconds NaN
brainshare_spend_usd{{since="day"}} 1.5
brainshare_spend_usd{{since="month"}} 40.25
brainshare_build_info{{service="gateway",version="1",python="3"}} 1
"""
WORKER = """
brainshare_stage_parked{stage="row"} 0
brainshare_partitions_assigned{stage="row"} 6
brainshare_llm_circuit_open{stage="row"} 0
brainshare_llm_info{stage="row",profile="openai",model="m"} 1
brainshare_llm_daily_budget_usd{stage="row"} 10
brainshare_llm_spent_today_usd{stage="row"} 1
brainshare_clock_ahead_of_broker_seconds 0.01
brainshare_build_info{service="row-agent",version="1",python="3"} 1
"""
PENDING = "brainshare_consumer_oldest_pending_timestamp_seconds"
OLD = f'{PENDING}{{stage="row",topic_kind="requests"}} {NOW - 600}'


def see(gateway: str | None = "", worker: str | None = "") -> tuple[str, str, str]:
    """What is said where some lines are exported in place of those of a stack that is well."""
    said = [
        None if more is None else _put(usual, more)
        for usual, more in ((GATEWAY, gateway), (WORKER, worker))
    ]
    return explain(Sighting(said[0], {"row-agent": said[1]}, NOW))


def _put(usual: str, more: str) -> Metrics:
    names = {line.rpartition(" ")[0] for line in more.splitlines()}
    kept = [line for line in usual.splitlines() if line.rpartition(" ")[0] not in names]
    return parse_metrics("\n".join([*kept, *more.splitlines()]))


def test_a_stack_that_is_well_is_said_to_be() -> None:
    assert see() == (
        "Jobs get through, as a canary did 20 s ago; 2 of 100 jobs failed since the gateway was"
        " started.",
        "Nothing is wrong, and nothing waits longer than it should.",
        "Jobs have cost 1.50 USD today and 40.25 USD this month (UTC).",
    )


@pytest.mark.parametrize(
    ("worker", "held"),
    [
        (None, "for row-agent;"),
        ('brainshare_stage_parked{stage="row"} 1', "for the stage row;"),
        ('brainshare_llm_circuit_open{stage="row"} 1', "for the stage row;"),
    ],
)
def test_jobs_are_not_said_to_get_through_a_stage_that_is_gone(
    worker: str | None, held: str
) -> None:
    served, _, _ = see(worker=worker)
    assert served.startswith("A canary got through 20 s ago, and jobs may wait now: " + held)


@pytest.mark.parametrize(
    ("alert", "says", "gateway", "worker"),
    [
        ("TargetDown", "gateway is down", None, ""),
        ("BrokerAway", "Kafka", f"brainshare_lag_probed_timestamp_seconds {NOW - 200}", ""),
        ("RecordsLost", "3 records", 'brainshare_stage_records_expired_total{stage="row"} 3', ""),
        ("StatusStale", "status is old", "brainshare_projector_still_seconds 100", ""),
        ("StageDown", "row-agent: no answer", "", None),
        ("ProviderOutage", "(openai) is down", "", 'brainshare_llm_circuit_open{stage="row"} 1'),
        ("StageParked", "key, money", "", 'brainshare_stage_parked{stage="row"} 1'),
        ("StageDown", "has partitions", "", 'brainshare_partitions_assigned{stage="row"} 0'),
        (
            "RetentionNear",
            "90% of its retention",
            'brainshare_stage_oldest_record_retention_ratio{stage="row"} 0.9',
            "",
        ),
        ("LagGrowing", "10 min behind", OLD, ""),
        ("SpendNearBudget", "95%", "", 'brainshare_llm_spent_today_usd{stage="row"} 9.5'),
        (
            "OldestJobTooOld",
            "2 h",
            f"brainshare_oldest_in_flight_job_accepted_timestamp_seconds {NOW - 7200}",
            "",
        ),
        ("DeadLetters", "4 dead letters", 'brainshare_dead_letters_open{stage="row"} 4', ""),
        ("ClockOff", "30 s off", "", "brainshare_clock_ahead_of_broker_seconds -30"),
        (
            "MixedVersions",
            "1, 2",
            "",
            'brainshare_build_info{service="row-agent",version="2",python="3"} 1',
        ),
    ],
)
def test_the_cause_is_named_with_its_section_of_the_runbook(
    alert: str, says: str, gateway: str | None, worker: str | None
) -> None:
    _, wrong, _ = see(gateway, worker)
    assert says in wrong
    assert f"docs/runbook.md, {alert}" in wrong


def test_the_cause_comes_before_what_follows_from_it() -> None:
    down = 'brainshare_llm_circuit_open{stage="row"} 1\nbrainshare_stage_parked{stage="row"} 1'
    assert "ProviderOutage" in see(OLD, down)[1]


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
