"""Every metric: kind, unit, labels, meaning. The one importer of prometheus_client."""

import platform
from importlib.metadata import version

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

disable_created_metrics()  # type: ignore[no-untyped-call]

CALL_BUCKETS_S = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
JOB_BUCKETS_S = (0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200)
HTTP_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

STAGE_CONSUMED = Counter("brainshare_stage_consumed_total", "Records pulled.", ["stage"])
STAGE_PROCESSED = Counter(
    "brainshare_stage_processed_total", "Records done, by what they came to.", ["stage", "outcome"]
)
STAGE_DURATION = Histogram(
    "brainshare_stage_duration_seconds",
    "From pulling a record to its outcome.",
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
STAGE_RETRIES = Counter(
    "brainshare_stage_retries_total",
    "Records put into a retry tier, by failure.",
    ["stage", "reason"],
)
STAGE_FORWARDED = Counter(
    "brainshare_stage_forwarded_total", "Waiting records given back to the stage.", ["stage"]
)
STAGE_LAST_SUCCESS = Gauge(
    "brainshare_stage_last_success_timestamp_seconds", "Unix time of the last success.", ["stage"]
)
STAGE_SUSPECTS = Counter(
    "brainshare_stage_suspects_total",
    "Records of which few are handled at a time, because their process ended twice over them.",
    ["stage"],
)
CLOCK_SKEW = Gauge(
    "brainshare_clock_ahead_of_broker_seconds",
    "By how much this process's clock is at least ahead of the broker's; below 0 behind it.",
)
PRODUCERS_REPLACED = Counter(
    "brainshare_producers_replaced_total",
    "Kafka producers replaced, because a batch that failed had taken their sequence numbers.",
)
POSITIONS_LOST = Counter(
    "brainshare_kafka_positions_lost_total",
    "Times that a log no longer held what was to be read next, by which of its ends was lost.",
    ["topic", "lost"],
)
UNREADABLE_BATCHES = Counter(
    "brainshare_kafka_unreadable_batches_total",
    "Batches that no client of ours can read, and in whose place one record was set aside.",
    ["topic"],
)
RECORDS_GONE = Counter(
    "brainshare_kafka_records_gone_total",
    "Offsets that were deleted at the beginning of a log before they were read.",
    ["topic"],
)
DEAD_LETTERS = Counter(
    "brainshare_dead_letters_total", "Records given up on, by error kind.", ["stage", "reason"]
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
LEDGER_LOADED = Counter(
    "brainshare_ledger_records_loaded_total", "Answers read back on assignment.", ["stage"]
)
LLM_REQUESTS = Counter(
    "brainshare_llm_requests_total", "Model calls, by how they ended.", ["stage", "outcome"]
)
LLM_TOKENS = Counter(
    "brainshare_llm_tokens_total",
    "Tokens as the server reports them; cached ones are part of input, reasoning ones of output.",
    ["stage", "kind"],
)
LLM_COST = Counter(
    "brainshare_llm_cost_usd_total",
    "US dollars of calls whose price is known.",
    ["stage"],
)
LLM_COST_UNKNOWN = Counter(
    "brainshare_llm_cost_unknown_total",
    "Answers whose cost is not known: no price, or no usage reported.",
    ["stage"],
)
LLM_CONCURRENCY_LIMIT = Gauge(
    "brainshare_llm_concurrency_limit",
    "Calls at a time that the provider's strength allows now.",
    ["stage"],
)
LLM_LEVEL = Gauge(
    "brainshare_llm_json_level",
    "1 for the step of the ladder by which the model is asked for JSON.",
    ["stage", "level"],
)
LLM_TOKEN_LIMIT = Gauge(
    "brainshare_llm_token_limit",
    "Most tokens of an answer, or of prompt and answer, as the server has told; 0: not told.",
    ["stage", "of"],
)
LLM_IN_FLIGHT = Gauge("brainshare_llm_in_flight", "Model calls under way.", ["stage"])
LLM_DURATION = Histogram(
    "brainshare_llm_duration_seconds",
    "Duration of a model call.",
    ["stage"],
    buckets=CALL_BUCKETS_S,
)
CHECKS = Counter(
    "brainshare_checks_total",
    "What checks of answers found, by what was done about it; what passed is not counted.",
    ["stage", "check", "action"],
)
RE_ASKS = Counter(
    "brainshare_re_asks_total", "Calls that asked again for what had failed a check.", ["stage"]
)
FIRST_ANSWERS = Counter("brainshare_first_answers_total", "Usable, or not.", ["stage", "worth"])
ANSWERS_RECALLED = Counter(
    "brainshare_answers_recalled_total",
    "Answers of an attempt that was cut short, which were not asked for again.",
    ["stage"],
)

JOBS_ACCEPTED = Counter("brainshare_jobs_accepted_total", "Jobs accepted.", ["kind"])
JOBS_FINISHED = Counter(
    "brainshare_jobs_finished_total", "Jobs that reached a final status.", ["kind", "outcome"]
)
JOB_DURATION = Histogram(
    "brainshare_job_duration_seconds",
    "From accepting a job to its final status.",
    ["kind"],
    buckets=JOB_BUCKETS_S,
)
JOBS_IN_FLIGHT = Gauge("brainshare_jobs_in_flight", "Jobs that are not final.", ["state"])
IDEMPOTENCY = Counter(
    "brainshare_idempotency_total", "Posts with an idempotency key, by result.", ["result"]
)
SSE_CLIENTS = Gauge("brainshare_sse_clients", "Open live streams.")
WAITS = Gauge("brainshare_http_waits", "Requests that wait for a job (Prefer: wait).")
SSE_RESUMES = Counter("brainshare_sse_resumes_total", "Streams resumed, by result.", ["result"])
HTTP_REQUEST_DURATION = Histogram(
    "brainshare_http_request_duration_seconds",
    "Duration of a request, live streams left out.",
    ["method", "route", "status"],
    buckets=HTTP_BUCKETS_S,
)
HTTP_REFUSED = Counter(
    "brainshare_http_refused_total",
    "Requests refused because of a limit of the gateway's own: large bodies, slow body, streams,"
    " or of a tenant: open jobs, requests, money.",
    ["limit"],
)
HTTP_DENIED = Counter(
    "brainshare_http_denied_total", "Requests refused for who or whence they are.", ["reason"]
)
LARGE_BODIES = Gauge("brainshare_large_bodies", "Bodies above 32 KiB in hand.")
COMPUTE_LOST = Counter(
    "brainshare_compute_lost_total",
    "How often the process that reads and renders what is large was lost.",
)
DEAD_LETTERS_REDRIVEN = Counter(
    "brainshare_dead_letters_redriven_total", "Dead letters put back.", ["stage"]
)
DEAD_LETTERS_DISCARDED = Counter(
    "brainshare_dead_letters_discarded_total", "Dead letters put aside.", ["stage"]
)
DEAD_LETTERS_OPEN = Gauge(
    "brainshare_dead_letters_open", "Dead letters that wait for a person.", ["stage"]
)
STAGE_RECORDS_EXPIRED = Counter(
    "brainshare_stage_records_expired_total",
    "Records that Kafka deleted before their stage had ended them, by the gateway.",
    ["stage"],
)
STAGE_OLDEST_AGE = Gauge(
    "brainshare_stage_oldest_record_age_seconds",
    "Age of the oldest record that a stage has not ended, by the gateway; 0 where there is none.",
    ["stage"],
)
STAGE_OLDEST_SHARE = Gauge(
    "brainshare_stage_oldest_record_retention_ratio",
    "That age as a share of its topic's retention: at 1 the record is deleted.",
    ["stage"],
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
PROJECTOR_RETRIES = Counter(
    "brainshare_projector_retries_total",
    "Batches folded again, because the database was busy, full or away.",
)
PROJECTOR_RECORDS = Counter(
    "brainshare_projector_records_total", "Records folded into the tables.", ["topic_kind"]
)
PROJECTOR_SKIPPED = Counter(
    "brainshare_projector_skipped_total", "Records that say nothing, by reason.", ["reason"]
)
PROJECTOR_UNREAD = Gauge(
    "brainshare_projector_unread_records", "Records of a later release, kept for our upgrade."
)
PROJECTOR_STILL = Gauge(
    "brainshare_projector_still_seconds",
    "For how long records have waited without any being folded; at GATEWAY_STILL_S it ends.",
)
PROJECTOR_LAG = Gauge("brainshare_projector_lag_records", "Records not folded yet.")
BUILD_INFO = Gauge("brainshare_build_info", "Always 1.", ["service", "version", "python"])


def tell_build(service: str) -> None:
    """Export which build this process runs."""
    BUILD_INFO.labels(service, version("brainshare"), platform.python_version()).set(1)


def render_metrics() -> tuple[bytes, str]:
    """All metrics of this process as (body, content type) in the Prometheus text format."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
