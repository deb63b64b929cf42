"""The overview's top row: are users served, is it behind, why, and what does it cost."""

from deploy.grafana.panel import Panel, Row
from deploy.prometheus.rule import OF_JOBS

QUIET = "Empty while no job has finished in the last hour: then the canary speaks."
NO_CALLS = "Empty until calls that have a price have been made."
NOTHING = "(time() - max(@LAG_PROBED) < 90) * 0"
"""0 where nothing waits as far as the gateway sees; no value where it has not looked of late."""

NOT_KNOWN = "No value: the gateway or Kafka does not answer."


def _stat(title: str, query: str, say: str, unit: str, width: int = 6, **told: object) -> Panel:
    return Panel(title, {title: query}, say, unit, kind="stat", width=width, **told)  # type: ignore[arg-type]


WHY = (
    _stat(
        "Slots in use",
        "max(sum by (stage) (@STAGE_IN_PROGRESS)"
        " / (sum by (stage) (@STAGE_CONCURRENCY_LIMIT) > 0))",
        "Of the stage with the fewest left. At 100 % while it is behind: add workers.",
        "percentunit",
        width=4,
        warn=0.9,
        runbook="LagGrowing",
    ),
    _stat(
        "Calls refused for their rate, 10 min",
        f'sum(rate(@LLM_REQUESTS{{outcome="rate-limited",{OF_JOBS}}}[10m]))'
        f" / (sum(rate(@LLM_REQUESTS{{{OF_JOBS}}}[10m])) > 0)",
        "The provider's limit holds jobs up: lower LLM_REQUESTS_PER_MINUTE, or ask for more.",
        "percentunit",
        width=4,
        warn=0.02,
        bad=0.1,
        runbook="ModelRateLimited",
        empty="Empty while no call is made.",
    ),
    _stat(
        "Provider down",
        "max(@LLM_CIRCUIT_OPEN)",
        "1: the provider fails. Stages wait for it, and charge no attempt.",
        "short",
        width=4,
        bad=1,
        runbook="ProviderOutage",
    ),
    _stat(
        "Stages parked",
        "sum(max by (stage) (@STAGE_PARKED))",
        "No call can succeed: key, money, model or provider. The stage's log says which.",
        "short",
        width=4,
        bad=1,
        runbook="StageParked",
    ),
    _stat(
        "Work that is retried, 10 min",
        f"sum(rate(@STAGE_RETRIES{{{OF_JOBS}}}[10m]))"
        f" / (sum(rate(@STAGE_PROCESSED{{{OF_JOBS}}}[10m])) > 0)",
        "Why: Retries by reason, on Stage.",
        "percentunit",
        width=4,
        warn=0.1,
        bad=0.5,
        runbook="RetryStorm",
        empty="Empty while no record is ended.",
    ),
    _stat(
        "Dead letters that wait",
        "sum(max by (stage, reason) (@DEAD_LETTERS_OPEN))",
        "Each is a failed job for a person to put back or discard.",
        "short",
        width=4,
        warn=1,
        bad=100,
        runbook="DeadLetters",
    ),
)
"""A limit, an outage, retries, dead letters."""


NOW = Row(
    "Are users served? Is it behind? Why? What does it cost?",
    (
        _stat(
            "Jobs that failed, 1 h",
            "job:failed:ratio_rate1h",
            "Above 1 % the month's promise is not kept: open the dead letters' groups.",
            "percentunit",
            warn=0.01,
            bad=0.144,
            runbook="JobSuccessBurnHour",
            also=("JobsFailing",),
            empty=QUIET,
        ),
        _stat(
            "Last canary",
            "time() - max(@CANARY_LAST_SUCCESS > 0)",
            "A job through every stage each minute. When it is old, no job gets through.",
            "s",
            warn=120,
            bad=300,
            runbook="CanaryStale",
        ),
        _stat(
            "Time of a job, p95 of 1 h",
            "histogram_quantile(0.95, sum by (le) (rate(@JOB_DURATION.bucket[1h])))",
            "95 % are to take less than 5 minutes. Stage tells where the time goes.",
            "s",
            warn=60,
            bad=300,
            runbook="JobLatencyBurn",
            empty=QUIET,
        ),
        _stat(
            "Error budget left, 30 d",
            "job:success_budget_left:ratio",
            "Of 1 % of the jobs. Below 0 it is overdrawn: no risks until it grows again.",
            "percentunit",
            warn=0.5,
            bad=0.0,
            is_low_bad=True,
            runbook="JobSuccessBurnThreeDays",
            also=("JobSuccessBurnDay", "JobSuccessBurnSixHours"),
            empty=QUIET,
        ),
        _stat(
            "Behind",
            f"max(stage:consumer_lag_seconds:max) or {NOTHING}",
            "How long the oldest record waits whose stage has not ended it. See the row Stages."
            f" {NOT_KNOWN}",
            "s",
            warn=60,
            bad=300,
            runbook="LagGrowing",
        ),
        _stat(
            "Time to close",
            "max(stage:drain_seconds:estimate)",
            "An estimate: what waits, at the rate of the last 10 minutes. Growing: add workers.",
            "s",
            warn=300,
            bad=1800,
            runbook="LagGrowing",
            empty="Empty while no record is ended.",
        ),
        _stat(
            "Oldest open job",
            f"(time() - min(@OLDEST_JOB > 0)) or {NOTHING}",
            "Old while nothing is behind: it waits in a tier or before a parked stage."
            f" {NOT_KNOWN}",
            "s",
            warn=600,
            bad=1800,
            runbook="OldestJobTooOld",
        ),
        _stat(
            "Alerts firing",
            'count(ALERTS{alertstate="firing",severity=~"page|ticket"}) or vector(0)',
            "Each has a section in the runbook.",
            "short",
            warn=1,
            bad=3,
        ),
        *WHY,
        _stat(
            "Cost of an hour",
            "brainshare:cost_usd:rate1h",
            "More than usual with as many jobs: look at the cost of a job.",
            "currencyUSD",
            empty=NO_CALLS,
        ),
        _stat(
            "Cost of a job, 1 h",
            "brainshare:cost_usd_per_job:1h",
            "Jumps with another model, larger tables, more re-asks, or a shadow replay.",
            "currencyUSD",
            empty=QUIET,
        ),
        _stat(
            "Cost of today",
            'max(@SPEND{since="day"} >= 0)',
            "From the tables: the same after any restart. UTC.",
            "currencyUSD",
        ),
        _stat(
            "Forecast of the month",
            "brainshare:cost_usd:month_forecast",
            "What the month has cost, and the rest of it as the last 24 hours went.",
            "currencyUSD",
            empty=NO_CALLS,
        ),
    ),
)
