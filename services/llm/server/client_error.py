"""Says what an error of the provider's client means."""

from typing import Any

from openai import APIConnectionError, APIStatusError, OpenAIError

from services.failure.error import ProviderError, StageError
from services.llm.exchange.body import read_body
from services.llm.refusal.connection import classify_connection
from services.llm.refusal.provider_failure import classify_refusal
from services.llm.refusal.refusal import read_refusal


def classify(
    error: OpenAIError,
    *,
    was_reached: bool = True,
    secret: str = "",
    asked: int | None = None,
    address: str = "",
) -> StageError:
    """Say what an error of the client means. Its body may quote our prompt, so it is left out.

    Args:
        secret: What must not be told, wherever the server quotes it.
        asked: The most tokens of an answer that were asked for, None where none were.
        address: Of the server, for people.
    """
    if isinstance(error, APIStatusError):
        response = error.response
        refusal = read_refusal(
            error.status_code,
            _read_body(error),
            response.headers,
            asked=asked,
            secret=secret,
            address=address,
        )
        failed = classify_refusal(refusal)
    elif isinstance(error, APIConnectionError):
        cause = error.__cause__ or error
        failed = classify_connection(cause, was_reached=was_reached, address=address)
    else:
        failed = ProviderError(f"the model client failed: {type(error).__name__}")
    return failed


def _read_body(error: APIStatusError) -> Any:
    """What the body of an error holds: JSON, a text, or what the client has made of it."""
    content = error.response.content
    body = read_body(content, error.response.charset_encoding)
    return body if body is not None else content.decode(errors="replace") or error.body
