"""For each alert: series under which it fires, when it must and when not yet, and quiet ones.

Times are from 0, where the clock of promtool begins, so that 60 is a moment of Unix time, too.
"""

from dataclasses import dataclass

Series = dict[str, str]

N = 300
CANARY = 'brainshare_canary_last_success_timestamp_seconds{job="brainshare-gateway"}'
START = 'process_start_time_seconds{job="brainshare-agent",instance="a:1"}'
OF_ANOTHER = 'process_start_time_seconds{job="node",instance="a:1"}'
OF_AN_AGENT = 'brainshare_canary_last_success_timestamp_seconds{job="brainshare-agent"}'
"""An agent exports every metric without labels, as 0."""


@dataclass(frozen=True)
class Case:
    """One alert.

    Attributes:
        fires: Series by their values, in promtool's notation, a value a minute.
        at: By when it fires.
        not_yet: When its condition is not, or not long enough, fulfilled.
        quiet: Series under which it never fires, in some cases.
        is_told_by_absence: Whether it fires where nothing is exported.
    """

    fires: Series
    at: str
    not_yet: str
    quiet: tuple[Series, ...]
    is_told_by_absence: bool = False


def _jobs(failed: str, completed: str) -> Series:
    name = 'brainshare_jobs_finished_total{kind="new",outcome="%s"}'
    return {name % "failed": failed, name % "completed": completed}


def _time(all_of_them: str, within: str) -> Series:
    name = "brainshare_job_duration_seconds"
    return {f"{name}_count": all_of_them, f'{name}_bucket{{le="300.0"}}': within} | _jobs(
        f"0x{N}", all_of_them
    )


def _requests(failed: str, good: str, area: str = "accept") -> Series:
    name = f'brainshare_http_requests_total{{area="{area}",outcome="%s"}}'
    return {name % "failed": failed, name % "answered": good}


def _stage(name: str, values: str, **labels: str) -> Series:
    told = {"stage": "table", **labels}
    matchers = ",".join(f'{label}="{value}"' for label, value in told.items())
    return {f"brainshare_{name}{{{matchers}}}": values}


def _calls(outcome: str, wrong: str, good: str) -> Series:
    name = "llm_requests_total"
    return _stage(name, wrong, outcome=outcome) | _stage(name, good, outcome="ok")


def _partitions(table: str) -> Series:
    values = {"table": table, "column": f"6x{N}", "row": f"6x{N}"}
    return {f'brainshare_partitions_assigned{{stage="{s}"}}': v for s, v in values.items()}


def _waiting(since: str, records: str, processed: str, parked: str = "0") -> Series:
    kind = {"topic_kind": "requests"}
    return (
        _stage("consumer_oldest_pending_timestamp_seconds", since, **kind)
        | _stage("consumer_lag_records", records, **kind)
        | _stage("stage_processed_total", processed, outcome="succeeded")
        | _stage("stage_parked", f"{parked}x{N}")
    )


def _of_two_gateways(dependency: str, one: str, other: str) -> Series:
    told = 'brainshare_dependency_up{dependency="%s",instance="%s"}'
    return {told % (dependency, "g:1"): f"{one}x{N}", told % (dependency, "g:2"): f"{other}x{N}"}


def _ends(ended_well: str, **others: str) -> Series:
    name = "stage_processed_total"
    found = _stage(name, ended_well, outcome="succeeded")
    for outcome, values in others.items():
        found |= _stage(name, values, outcome=outcome)
    return found


NONE, ONE, TWO, THREE, NINE = (f"0+{n}x{N}" for n in (0, 1, 2, 3, 9))
FEW = f"0+0.1x{N}"
MANY = f"0+600x{N}"
ONCE = f"0 0 0 0 0 1x{N}"
OLD, FRESH = f"60x{N}", f"0+60x{N}"
WORKER = {"instance": "a:1"}
OPENAI = _stage("llm_info", f"1x{N}", profile="openai", model="m", **WORKER)
DEMO = _stage("llm_info", f"1x{N}", profile="demo", model="m", **WORKER)
QUIET_JOBS = (_jobs(NONE, ONE), _jobs(ONCE, FEW))

CASES: dict[str, Case] = {
    "JobSuccessBurnHour": Case(_jobs(ONE, ONE), "30m", "5m", QUIET_JOBS),
    "JobSuccessBurnSixHours": Case(_jobs(ONE, ONE), "60m", "10m", QUIET_JOBS),
    "JobSuccessBurnDay": Case(_jobs(ONE, NINE), "60m", "10m", QUIET_JOBS),
    "JobSuccessBurnThreeDays": Case(_jobs(ONE, NINE), "60m", "10m", QUIET_JOBS),
    "JobsFailing": Case(
        _jobs(ONE, NONE), "10m", "2m", (_jobs(ONCE, NONE), _jobs(FEW, NONE), _jobs(ONE, TWO))
    ),
    "JobLatencyBurn": Case(_time(ONE, NONE), "40m", "5m", (_time(ONE, ONE), _time(FEW, NONE))),
    "GatewayErrors": Case(
        _requests(ONE, ONE) | _requests(NONE, MANY, "probes"),
        "60m",
        "10m",
        (
            _requests(NONE, ONE),
            _requests(FEW, NONE),
            _requests(NONE, ONE) | _requests(MANY, NONE, "probes"),
        ),
    ),
    "OldestJobTooOld": Case(
        {"brainshare_oldest_in_flight_job_accepted_timestamp_seconds": OLD},
        "40m",
        "33m",
        ({"brainshare_oldest_in_flight_job_accepted_timestamp_seconds": FRESH},),
    ),
    "CanaryStale": Case(
        {CANARY: OLD, OF_AN_AGENT: f"0x{N}"},
        "10m",
        "5m",
        (
            {CANARY: FRESH},
            {CANARY: NONE},
            {'up{job="brainshare-gateway",instance="g:1"}': NONE},
        ),
        is_told_by_absence=True,
    ),
    "BrokerAway": Case(
        {"brainshare_lag_probed_timestamp_seconds": OLD},
        "5m",
        "2m",
        (
            {"brainshare_lag_probed_timestamp_seconds": FRESH},
            {'brainshare_dependency_up{dependency="kafka"}': f"1x{N}"},
            {'brainshare_dependency_up{dependency="database"}': f"0x{N}"},
            _of_two_gateways("kafka", "0", "1"),
        ),
    ),
    "ProviderOutage": Case(
        _stage("llm_circuit_open", f"1x{N}", **WORKER) | OPENAI,
        "5m",
        "0m",
        (_stage("llm_circuit_open", NONE, **WORKER) | OPENAI,),
    ),
    "StageParked": Case(
        _stage("stage_parked", f"1x{N}"), "10m", "2m", (_stage("stage_parked", NONE),)
    ),
    "StageDown": Case(
        _partitions(NONE), "10m", "1m", (_partitions(f"6x{N}"),), is_told_by_absence=True
    ),
    "StageStalled": Case(
        _waiting(OLD, f"5x{N}", NONE),
        "20m",
        "12m",
        (_waiting(OLD, f"5x{N}", ONE), _waiting(OLD, f"5x{N}", NONE, parked="1")),
    ),
    "LagGrowing": Case(
        _waiting(OLD, ONE, ONE),
        "30m",
        "10m",
        (_waiting(OLD, f"5x{N}", ONE), _waiting(FRESH, ONE, ONE)),
    ),
    "RetentionNear": Case(
        _stage("stage_oldest_record_retention_ratio", f"0.9x{N}"),
        "10m",
        "2m",
        (_stage("stage_oldest_record_retention_ratio", f"0.5x{N}"),),
    ),
    "RecordsLost": Case(
        _stage("stage_records_expired_total", ONCE),
        "10m",
        "2m",
        (_stage("stage_records_expired_total", NONE),),
    ),
    "LogLost": Case(
        {'brainshare_kafka_positions_lost_total{lost="end"}': f"_x5 1x{N}"},
        "10m",
        "2m",
        ({'brainshare_kafka_positions_lost_total{lost="end"}': NONE},),
    ),
    "DeadLetters": Case(
        _stage("dead_letters_total", ONCE, reason="refused"),
        "10m",
        "2m",
        (_stage("dead_letters_total", NONE, reason="refused"),),
    ),
    "DeadLetterRatioHigh": Case(
        _ends(NINE, dead_lettered=ONE) | _stage("dead_letters_total", ONE, reason="bug"),
        "20m",
        "3m",
        (
            _ends(NINE) | _stage("dead_letters_total", NONE, reason="bug"),
            _ends(NONE, dead_lettered=FEW) | _stage("dead_letters_total", FEW, reason="bug"),
        ),
    ),
    "RetryStorm": Case(
        _ends(ONE, retry_later=THREE) | _stage("stage_retries_total", THREE, reason="timed-out"),
        "20m",
        "3m",
        (
            _ends(NINE, retry_later=ONE) | _stage("stage_retries_total", ONE, reason="timed-out"),
            _ends(NONE, retry_later=FEW) | _stage("stage_retries_total", FEW, reason="timed-out"),
        ),
    ),
    "ModelErrors": Case(
        _calls("server-error", ONE, TWO),
        "20m",
        "3m",
        (
            _calls("server-error", NONE, NINE),
            _calls("rate-limited", NINE, ONE),
            _calls("server-error", FEW, NONE),
        ),
    ),
    "ModelRateLimited": Case(
        _calls("rate-limited", ONE, TWO),
        "20m",
        "3m",
        (_calls("rate-limited", NONE, NINE), _calls("rate-limited", FEW, NONE)),
    ),
    "SpendNearBudget": Case(
        _stage("llm_spent_today_usd", f"9x{N}") | _stage("llm_daily_budget_usd", f"10x{N}"),
        "10m",
        "3m",
        (
            _stage("llm_spent_today_usd", f"5x{N}") | _stage("llm_daily_budget_usd", f"10x{N}"),
            _stage("llm_spent_today_usd", NONE) | _stage("llm_daily_budget_usd", NONE),
        ),
    ),
    "CostUnknown": Case(
        _stage("llm_cost_unknown_total", ONCE, **WORKER) | OPENAI,
        "10m",
        "2m",
        (
            _stage("llm_cost_unknown_total", ONE, **WORKER) | DEMO,
            _stage("llm_cost_unknown_total", NONE, **WORKER) | OPENAI,
        ),
    ),
    "StatusStale": Case(
        {"brainshare_projector_still_seconds": f"100x{N}"},
        "5m",
        "0m",
        ({"brainshare_projector_still_seconds": f"5x{N}"},),
    ),
    "WebhookBacklog": Case(
        {"brainshare_webhooks_oldest_pending_timestamp_seconds": OLD},
        "40m",
        "20m",
        (
            {"brainshare_webhooks_oldest_pending_timestamp_seconds": FRESH},
            {"brainshare_webhooks_oldest_pending_timestamp_seconds": f"_x{N}"},
        ),
    ),
    "DatabaseTrouble": Case(
        {"brainshare_projector_retries_total": TWO},
        "10m",
        "1m",
        ({"brainshare_projector_retries_total": ONCE},),
    ),
    "DatabaseAway": Case(
        _of_two_gateways("database", "0", "1"),
        "3m",
        "0m",
        (
            _of_two_gateways("database", "1", "1"),
            {'brainshare_dependency_up{dependency="kafka"}': f"0x{N}"},
        ),
    ),
    "RebalanceStorm": Case(
        _stage("rebalances_total", ONE), "15m", "3m", (_stage("rebalances_total", ONCE),)
    ),
    "ProcessRestarts": Case(
        {START: f"60+60x{N}"},
        "10m",
        "3m",
        ({START: f"60x{N}"}, {START: "60x5 400x10 900x10 1500x300"}, {OF_ANOTHER: f"60+60x{N}"}),
    ),
    "ClockOff": Case(
        {"brainshare_clock_ahead_of_broker_seconds": f"-8x{N}"},
        "10m",
        "2m",
        ({"brainshare_clock_ahead_of_broker_seconds": f"-1x{N}"},),
    ),
    "MixedVersions": Case(
        {f'brainshare_build_info{{version="{v}"}}': f"1x{N}" for v in ("1", "2")},
        "40m",
        "20m",
        ({'brainshare_build_info{version="1"}': f"1x{N}"},),
    ),
    "TargetDown": Case(
        {'up{job="brainshare-agent",instance="a:1"}': NONE},
        "5m",
        "1m",
        ({'up{job="brainshare-agent",instance="a:1"}': f"1x{N}"}, {'up{job="other"}': NONE}),
    ),
}
