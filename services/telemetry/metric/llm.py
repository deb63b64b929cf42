"""What is exported of model calls and of what they answer."""

from prometheus_client import Counter, Gauge, Histogram

from services.telemetry.metric.bucket import CALL_BUCKETS_S

MAX_MODEL_CHARS = 80

LLM_REQUESTS = Counter(
    "brainshare_llm_requests_total",
    "Model calls, by how they ended and what the job is there for: job, or replay (a shadow).",
    ["stage", "outcome", "purpose"],
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
LLM_RECENT = Gauge(
    "brainshare_llm_recent_requests",
    "Model calls that ended within the last minute, by how they ended.",
    ["stage", "outcome"],
)
LLM_RECENT_DURATION = Gauge(
    "brainshare_llm_recent_duration_seconds",
    "What those calls took, all together.",
    ["stage"],
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
ANSWERS_REUSED = Counter(
    "brainshare_answers_reused_total",
    "Answers that a replay took over from its source, which got the same: no call was made.",
    ["stage"],
)
LLM_INFO = Gauge(
    "brainshare_llm_info", "1: which model this worker asks.", ["stage", "profile", "model"]
)
LLM_CIRCUIT_OPEN = Gauge(
    "brainshare_llm_circuit_open", "1 while the provider is held to be down.", ["stage"]
)
LLM_DAILY_BUDGET = Gauge(
    "brainshare_llm_daily_budget_usd",
    "What this worker may spend in a day; 0: no limit.",
    ["stage"],
)
LLM_SPENT_TODAY = Gauge(
    "brainshare_llm_spent_today_usd",
    "What this worker has spent of its daily budget; 0 where it has none.",
    ["stage"],
)


def tell_model(stage: str, profile: str, model: str) -> None:
    """Export which model a worker asks: one at a time, however it is named."""
    LLM_INFO.remove_by_labels({"stage": stage})
    LLM_INFO.labels(stage, profile, model[:MAX_MODEL_CHARS]).set(1)
