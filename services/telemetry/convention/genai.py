"""The names that OpenTelemetry's GenAI conventions give to a model call, in this one place.

They are in development and have been renamed before: our own names are the contract, no rule and no
panel uses these. Those of metrics and those of spans are of the releases that are said here.
"""

METRICS_OF = "0.1.0"
"""Of open-telemetry/semantic-conventions-genai, to which they have moved."""
SPANS_OF = "1.44"
"""Of open-telemetry/semantic-conventions, whose library names the attributes."""

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

MODALITY, TEXT = "gen_ai.token.modality", "text"
OF_CALLS = (OPERATION, PROVIDER, REQUEST_MODEL)
OF_TOKENS = (*OF_CALLS, MODALITY)
TOKENS = {
    "input": "gen_ai.client.inference.usage.input_tokens",
    "output": "gen_ai.client.inference.usage.output_tokens",
    "cached": "gen_ai.client.inference.usage.cache_read.input_tokens",
    "reasoning": "gen_ai.client.inference.usage.reasoning.output_tokens",
}
"""Counters, by our kind of tokens; the last two are parts of the first two."""

DURATION = "gen_ai.client.inference.duration"
"""A histogram, in seconds."""


def name_for_prometheus(name: str, unit: str = "") -> str:
    """A name as OpenTelemetry's own exporter to Prometheus writes it.

    Args:
        unit: In words, for what has one; a counter's `_total` is Prometheus' own.
    """
    return "_".join(filter(None, (name.replace(".", "_"), unit)))
