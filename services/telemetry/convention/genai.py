"""The names that OpenTelemetry's GenAI conventions give to a model call, in this one place.

They are in development and have been renamed before: our own names are the contract, no rule and no
panel uses these. Those of metrics and those of spans are of the releases that are said here.
"""

METRICS_OF = "1.38"
SPANS_OF = "1.44"

CHAT = "chat"

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens"
REQUEST_TEMPERATURE = "gen_ai.request.temperature"
REQUEST_STREAM = "gen_ai.request.stream"
RESPONSE_MODEL = "gen_ai.response.model"
FINISH_REASONS = "gen_ai.response.finish_reasons"
FIRST_CHUNK_S = "gen_ai.response.time_to_first_chunk"
OUTPUT_TYPE, JSON = "gen_ai.output.type", "json"
INPUT_TOKENS = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
CACHED_TOKENS = "gen_ai.usage.cache_read.input_tokens"
REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens"

OF_SPANS = (
    OPERATION,
    PROVIDER,
    REQUEST_MODEL,
    REQUEST_MAX_TOKENS,
    REQUEST_TEMPERATURE,
    REQUEST_STREAM,
    RESPONSE_MODEL,
    FINISH_REASONS,
    FIRST_CHUNK_S,
    OUTPUT_TYPE,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    CACHED_TOKENS,
    REASONING_TOKENS,
)

LABELS = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"]
TOKENS = {
    "input": "gen_ai_client_inference_usage_input_tokens",
    "output": "gen_ai_client_inference_usage_output_tokens",
    "cached": "gen_ai_client_inference_usage_cache_read_tokens",
    "reasoning": "gen_ai_client_inference_usage_reasoning_tokens",
}
"""Counters, by our kind of tokens."""

DURATION = "gen_ai_client_operation_duration_seconds"
