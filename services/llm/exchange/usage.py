"""Reads what a server has counted. Whatever stands there, it never costs an answer."""

from typing import Any

from schemas.job.record import Usage

MAX_TOKENS = 10**9


PROMPT = ("prompt_tokens", "input_tokens", "promptTokenCount", "inputTokens", "prompt_eval_count")
COMPLETION = (
    "completion_tokens",
    "output_tokens",
    "candidatesTokenCount",
    "outputTokens",
    "eval_count",
)
TOTAL = ("total_tokens", "totalTokenCount", "totalTokens")
CACHED = ("prompt_cache_hit_tokens", "cache_read_input_tokens", "cachedContentTokenCount")


def find_usage(body: dict[str, Any]) -> Any:
    """Where a body tells its tokens: OpenAI's place, Gemini's, or Ollama's, which is beside it."""
    return body.get("usage") or body.get("usageMetadata") or body


def read_usage(told: Any) -> Usage:
    """The tokens of a call: None for what is not told, or is told as no number of tokens.

    Servers differ in what a count holds. What was cached is a part of the prompt, and what was
    thought a part of the answer; where a server counts them apart, they are added.
    """
    usage = told if isinstance(told, dict) else {}
    cached = _count(_part(usage, "prompt_tokens_details", "cached_tokens"))
    cached = _first(usage, CACHED) if cached is None else cached
    thought = _count(_part(usage, "completion_tokens_details", "reasoning_tokens"))
    prompt, completion = _first(usage, PROMPT), _first(usage, COMPLETION)
    total = _first(usage, TOTAL)
    if prompt is not None and _is_apart(cached, prompt, total, completion):
        prompt += cached or 0
    if completion is not None and _is_apart(thought, completion, total, prompt):
        completion += thought or 0
    return Usage(
        input_tokens=prompt or None,
        output_tokens=completion,
        cached_tokens=cached,
        reasoning_tokens=thought,
        is_estimated=usage["estimated"] if isinstance(usage.get("estimated"), bool) else None,
    )


def _is_apart(part: int | None, whole: int, total: int | None, other: int | None) -> bool:
    """Whether a part is counted beside what it should be a part of."""
    if not part:
        return False
    return part > whole or (total is not None and total == whole + part + (other or 0))


def _part(usage: dict[str, Any], name: str, part: str) -> Any:
    details = usage.get(name)
    return details.get(part) if isinstance(details, dict) else None


def _first(usage: dict[str, Any], names: tuple[str, ...]) -> int | None:
    """The first of these counts that is told."""
    return next((count for name in names if (count := _count(usage.get(name))) is not None), None)


def _count(value: Any) -> int | None:
    """A number of tokens, also as a text; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        count = float(value)
    except ValueError:
        return None
    return int(count) if 0 <= count <= MAX_TOKENS else None
