"""What is exported of jobs."""

from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram

from services.telemetry.metric.bucket import CANARY_BUCKETS_S, JOB_BUCKETS_S

JOBS_ACCEPTED = Counter("brainshare_jobs_accepted_total", "Jobs accepted.", ["kind"])
JOBS_FINISHED = Counter(
    "brainshare_jobs_finished_total",
    "Jobs that reached a final status; no shadows, no canaries.",
    ["kind", "outcome"],
)
JOB_DURATION = Histogram(
    "brainshare_job_duration_seconds",
    "From accepting a job to its final status.",
    ["kind"],
    buckets=JOB_BUCKETS_S,
)
JOBS_IN_FLIGHT = Gauge(
    "brainshare_jobs_in_flight", "Jobs that are not final; no shadows, no canaries.", ["state"]
)
JOBS_CLOSED = Counter(
    "brainshare_jobs_closed_total",
    "Jobs that the gateway ended past their deadline, since no stage did.",
    ["stage", "outcome"],
)
JOBS_OVERDUE = Gauge(
    "brainshare_jobs_overdue_seconds",
    "How long the job that is most overdue should have ended by now, 0 where none is.",
)
OLDEST_JOB = Gauge(
    "brainshare_oldest_in_flight_job_accepted_timestamp_seconds",
    "Unix time at which the oldest of them was accepted, NaN where there is none.",
)
SPEND = Gauge(
    "brainshare_spend_usd",
    "US dollars that jobs have cost since the beginning of the day, or month (UTC): the same over"
    " all gateways, and after any restart.",
    ["since"],
)
RESULT_TOKENS = Gauge(
    "brainshare_results_tokens",
    "Tokens that results have taken, as they say themselves, to the last one and after any kill;"
    " cached ones are part of input, reasoning ones of output. From the tables, by one gateway.",
    ["stage", "kind"],
)
RESULT_COST = Gauge(
    "brainshare_results_cost_usd",
    "US dollars that results have cost, as they say themselves; likewise.",
    ["stage"],
)
CANARY = Counter("brainshare_canary_total", "Canary jobs, by what became of them.", ["outcome"])
CANARY_LAST_SUCCESS = Gauge(
    "brainshare_canary_last_success_timestamp_seconds",
    "Unix time of the last canary that came through, or of the start; 0 where none is sent.",
)
CANARY_DURATION = Histogram(
    "brainshare_canary_duration_seconds",
    "What a canary took through all stages.",
    buckets=CANARY_BUCKETS_S,
)


def show_jobs(kinds: Iterable[str], outcomes: Iterable[str]) -> None:
    """Export what may become of jobs as 0: else the first one that fails is not seen."""
    ends = list(outcomes)
    for kind in kinds:
        JOBS_ACCEPTED.labels(kind)
        JOB_DURATION.labels(kind)
        for outcome in ends:
            JOBS_FINISHED.labels(kind, outcome)


JOBS_PRUNED = Counter(
    "brainshare_jobs_pruned_total",
    "Jobs that had ended longer ago than they are kept, and were taken out of the tables.",
)
JOBS_DELETED = Counter(
    "brainshare_jobs_deleted_total", "Jobs that somebody has deleted from the tables."
)
PROMOTIONS = Counter(
    "brainshare_promotions_total",
    "Asked changes of a job's result: promoted, rolled back, unchanged or refused.",
    ["outcome"],
)
RERUNS = Counter(
    "brainshare_reruns_total",
    "Jobs that were to be run again from one of their stages: accepted or refused.",
    ["outcome"],
)
BULK_JOBS = Counter(
    "brainshare_bulk_jobs_total",
    "Jobs that bulk actions went through, by what was to be done and what came of it.",
    ["action", "outcome"],
)
REPLAYED_JOBS = Counter(
    "brainshare_replay_jobs_started_total",
    "Jobs that this gateway has started as replays of others.",
)
