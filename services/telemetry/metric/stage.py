"""What the stages' workers export."""

from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram

from services.telemetry.metric.bucket import CALL_BUCKETS_S
from services.telemetry.metric.dead_letter import DEAD_LETTERS
from services.telemetry.metric.llm import ANSWERS_REUSED

STAGE_CONSUMED = Counter("brainshare_stage_consumed_total", "Records pulled.", ["stage"])
STAGE_PROCESSED = Counter(
    "brainshare_stage_processed_total",
    "Records done, by what they came to and what the job is there for: job, replay (a shadow) or"
    " canary. No alert is for what fails in the last two.",
    ["stage", "outcome", "purpose"],
)
STAGE_DURATION = Histogram(
    "brainshare_stage_duration_seconds",
    "From pulling a record to its outcome, canaries left out.",
    ["stage"],
    buckets=CALL_BUCKETS_S,
)
STAGE_IN_PROGRESS = Gauge("brainshare_stage_in_progress", "Records being handled.", ["stage"])
STAGE_CONCURRENCY_LIMIT = Gauge(
    "brainshare_stage_concurrency_limit", "Most records handled at a time.", ["stage"]
)
STAGE_HELD_BYTES = Gauge(
    "brainshare_stage_held_bytes", "Bytes of records that were fetched and are not done.", ["stage"]
)
STAGE_PARKED = Gauge(
    "brainshare_stage_parked", "1 while no call can succeed and the stage does not pull.", ["stage"]
)
STAGE_PARKED_FOR = Gauge(
    "brainshare_stage_parked_for",
    "1 for what a parked stage is parked for: a failure of calls, or flood for its dead letters.",
    ["stage", "reason"],
)
STAGE_RETRIES = Counter(
    "brainshare_stage_retries_total",
    "Records put into a retry tier, by failure and what the job is there for.",
    ["stage", "reason", "purpose"],
)
STAGE_FORWARDED = Counter(
    "brainshare_stage_forwarded_total", "Waiting records given back to the stage.", ["stage"]
)
STAGE_LAST_SUCCESS = Gauge(
    "brainshare_stage_last_success_timestamp_seconds",
    "Unix time of the last success, canaries left out.",
    ["stage"],
)
STAGE_SUSPECTS = Counter(
    "brainshare_stage_suspects_total",
    "Records of which few are handled at a time, because their process ended twice over them.",
    ["stage"],
)
DUPLICATES_SUPPRESSED = Counter(
    "brainshare_duplicates_suppressed_total", "Records that were already answered.", ["stage"]
)
PUBLISH_FAILURES = Counter(
    "brainshare_publish_failures_total", "Publishes that had to be tried again.", ["stage"]
)
PARTITIONS_ASSIGNED = Gauge(
    "brainshare_partitions_assigned", "Input partitions of this worker.", ["stage"]
)
REBALANCES = Counter("brainshare_rebalances_total", "Rebalances of the stage's group.", ["stage"])
RECENT_REBALANCES = Gauge(
    "brainshare_recent_rebalances", "Of them those of the last minute.", ["stage"]
)
LEDGER_LOADED = Counter(
    "brainshare_ledger_records_loaded_total", "Answers read back on assignment.", ["stage"]
)

COUNTED = (
    STAGE_CONSUMED,
    STAGE_FORWARDED,
    STAGE_SUSPECTS,
    DUPLICATES_SUPPRESSED,
    PUBLISH_FAILURES,
    REBALANCES,
    LEDGER_LOADED,
    ANSWERS_REUSED,
)


def show_stage(
    stage: str,
    purpose: str,
    outcomes: Iterable[str],
    failures: Iterable[str],
    reasons: Iterable[str],
) -> None:
    """Export what may happen as 0: a series that is not there yet breaks rate() and alerts.

    Args:
        purpose: Of the jobs that alerts are for; no other's series is there before it is needed.
    """
    for outcome in outcomes:
        STAGE_PROCESSED.labels(stage, outcome, purpose)
    for failure in failures:
        STAGE_RETRIES.labels(stage, failure, purpose)
    for reason in reasons:
        DEAD_LETTERS.labels(stage, reason, purpose)
    for of_stage in COUNTED:
        of_stage.labels(stage)
