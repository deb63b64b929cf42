"""What gateway and worker of a stack export, well and with one thing wrong."""

from collections.abc import Mapping
from types import MappingProxyType

from services.cli.explanation.explanation import explain
from services.cli.explanation.metrics import parse_metrics
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


NEEDS = "brainshare_dependency_up"
REBALANCES = 'brainshare_recent_rebalances{stage="row"}'
POISON = 'brainshare_dead_letters_open{stage="row",reason="poison"} 1'
LETTERS = 'brainshare_dead_letters_open{stage="row",reason="timed-out"} 4'
HOT = f'{OLD}\nbrainshare_consumer_fullest_partition_ratio{{stage="row"}} 0.95'
WEBHOOKS = f"""brainshare_webhooks_pending 12
brainshare_webhooks_oldest_pending_timestamp_seconds {NOW - 600}"""


def parked_for(reason: str) -> str:
    parked = 'brainshare_stage_parked{stage="row"} 1'
    return f'{parked}\nbrainshare_stage_parked_for{{stage="row",reason="{reason}"}} 1'


def calls(took_s: float = 1.0, before: int = 100, slow: int = 0, **ended: int) -> str:
    """Calls of the last minute by how they ended, and those before, of which so many were slow."""
    recent = [
        f'brainshare_llm_recent_requests{{stage="row",outcome="{name.replace("_", "-")}"}} {count}'
        for name, count in ended.items()
    ]
    total = sum(ended.values())
    return "\n".join(
        [
            *recent,
            f'brainshare_llm_recent_duration_seconds{{stage="row"}} {took_s}',
            f'brainshare_llm_duration_seconds_count{{stage="row"}} {before + total}',
            f'brainshare_llm_duration_seconds_bucket{{stage="row",le="0.5"}} {before - slow}',
            f'brainshare_llm_duration_seconds_bucket{{stage="row",le="2.0"}} {before - slow}',
            f'brainshare_llm_duration_seconds_bucket{{stage="row",le="5.0"}} {before + total}',
            f'brainshare_llm_duration_seconds_bucket{{stage="row",le="+Inf"}} {before + total}',
        ]
    )


LIMITED = calls(ok=6, rate_limited=2)
ILL = calls(ok=4, timed_out=3, dropped=1)
SLOW = calls(took_s=50.0, ok=10)
SLOW_FOR_LONG = calls(took_s=50.0, slow=60, ok=10)


def see(
    gateway: str | None = "",
    worker: str | None = "",
    reasons: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, str, str]:
    """What is said where some lines are exported in place of those of a stack that is well."""
    said = [
        None if more is None else parse_metrics(put(usual, more))
        for usual, more in ((GATEWAY, gateway), (WORKER, worker))
    ]
    return explain(Sighting(said[0], {"row-agent": said[1]}, NOW, reasons=reasons))


def put(usual: str, more: str) -> str:
    """What is usual, with some lines in place of those that say the same."""
    names = {line.rpartition(" ")[0] for line in more.splitlines()}
    kept = [line for line in usual.splitlines() if line.rpartition(" ")[0] not in names]
    return "\n".join([*kept, *more.splitlines()])


CASES = [
    ("TargetDown", "gateway is down", None, ""),
    ("BrokerAway", "Kafka", f"brainshare_lag_probed_timestamp_seconds {NOW - 200}", ""),
    ("BrokerAway", "Kafka does not answer", f'{NEEDS}{{dependency="kafka"}} 0', ""),
    ("RecordsLost", "3 records", 'brainshare_stage_records_expired_total{stage="row"} 3', ""),
    ("DatabaseAway", "locked, full or away", f'{NEEDS}{{dependency="database"}} 0', ""),
    ("StatusStale", "status is old", "brainshare_projector_still_seconds 100", ""),
    ("StageDown", "row-agent: no answer", "", None),
    ("ProviderOutage", "(openai) is down", "", 'brainshare_llm_circuit_open{stage="row"} 1'),
    ("StageParked", "key, money", "", 'brainshare_stage_parked{stage="row"} 1'),
    ("StageParked", "refuses the key", "", parked_for("key-refused")),
    ("StageParked", "has no money", "", parked_for("no-money")),
    ("StageParked", "budget of the day is spent", "", parked_for("daily-budget")),
    ("StageParked", "dead letters", "", parked_for("flood")),
    ("StageParked", "key, money", "", parked_for("of-a-later-release")),
    ("StageDown", "has partitions", "", 'brainshare_partitions_assigned{stage="row"} 0'),
    ("RebalanceStorm", "7 rebalances in a minute", "", f"{REBALANCES} 7"),
    ("ModelRateLimited", "25% of the calls of the stage row for their rate", "", LIMITED),
    ("ModelErrors", "50% of the model calls of the stage row fail, most as timed-out", "", ILL),
    (
        "RetentionNear",
        "90% of its retention",
        'brainshare_stage_oldest_record_retention_ratio{stage="row"} 0.9',
        "",
    ),
    ("LagGrowing", "One partition of the stage row holds 95%", HOT, ""),
    ("JobLatencyBurn", "calls of the stage row take 5.0 s, and 0.1 s as a rule", "", SLOW),
    ("JobLatencyBurn", "take 5.0 s, and 0.3 s as a rule", "", SLOW_FOR_LONG),
    ("LagGrowing", "10 min behind", OLD, ""),
    ("SpendNearBudget", "95%", "", 'brainshare_llm_spent_today_usd{stage="row"} 9.5'),
    (
        "OldestJobTooOld",
        "2 h",
        f"brainshare_oldest_in_flight_job_accepted_timestamp_seconds {NOW - 7200}",
        "",
    ),
    ("DeadLetters", "4 dead letters", 'brainshare_dead_letters_open{stage="row"} 4', ""),
    ("DeadLetters", "waits for a person in the stage row, most as poison", POISON, ""),
    ("WebhookBacklog", "12 wait, the oldest for 10 min", WEBHOOKS, ""),
    ("WebhookBacklog", "12 wait", f"{POISON}\n{WEBHOOKS}", ""),
    ("ClockOff", "30 s off", WEBHOOKS, "brainshare_clock_ahead_of_broker_seconds -30"),
    ("ModelErrors", "most as timed-out, and 4 dead letters wait for a person", LETTERS, ILL),
    ("ClockOff", "30 s off", "", "brainshare_clock_ahead_of_broker_seconds -30"),
    (
        "MixedVersions",
        "1, 2",
        "",
        'brainshare_build_info{service="row-agent",version="2",python="3"} 1',
    ),
]
"""The alert that a cause names, what is said of it, and what gateway and worker export then."""
