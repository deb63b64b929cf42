"""What an error of a model server means: from status, code and words to a failure of ours.

Servers that call themselves compatible differ in all three, so the code counts first, then the
field that is named, then the words. The words may quote our prompt: they are read, never kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from services.failure.error import InvalidRequestError, ProviderError, RefusedError, StageError
from services.failure.verdict import Failure
from services.llm.exchange.rate_header import read_pause, read_retry_after
from services.llm.server.answer_limit import AnswerTooLongError

CONTENT_CODES = frozenset({"content_policy_violation", "content_filter", "invalid_prompt"})
MONEY_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "payment_required"})
FLEX_CODES = frozenset({"resource_unavailable"})
CONTEXT_WORDS = re.compile(
    r"context.?(length|window|size)|maximum context|(prompt|input) is too long|too many tokens"
    r"|exceeds? the (available|maximum) (context|number of tokens)|reduce the length",
    re.IGNORECASE,
)
KEY_WORDS = re.compile(
    r"api.?key (is )?(not valid|invalid|expired)|invalid api.?key", re.IGNORECASE
)
FORMAT_WORDS = re.compile(
    r"response_format|json_schema|json_object|guided_json|structured.?output|\bstrict\b"
    r"|\btools?\b|tool_choice|function.?call|\bschema\b|grammar",
    re.IGNORECASE,
)
FORMAT_FIELDS = ("response_format", "tools", "tool_choice")
OPTIONAL_FIELDS = (
    "max_completion_tokens",
    "max_tokens",
    "temperature",
    "store",
    "prompt_cache_key",
    "service_tier",
)
"""What we send that a server need not know; the first that an error names is left out."""

STATUS_FAILURES = {
    400: Failure.INVALID_REQUEST,
    401: Failure.KEY_REFUSED,
    402: Failure.NO_MONEY,
    403: Failure.NOT_PERMITTED,
    404: Failure.NO_SUCH_MODEL,
    407: Failure.NOT_PERMITTED,
    408: Failure.CONFLICT,
    409: Failure.CONFLICT,
    413: Failure.CONTEXT_TOO_LONG,
    425: Failure.CONFLICT,
    429: Failure.RATE_LIMITED,
    503: Failure.OVERLOADED,
    529: Failure.OVERLOADED,
}
WRONG_SETTING = frozenset(
    {Failure.KEY_REFUSED, Failure.NO_MONEY, Failure.NOT_PERMITTED, Failure.NO_SUCH_MODEL}
)
NEGOTIABLE = frozenset({Failure.FORMAT_REFUSED, Failure.FIELD_REFUSED, Failure.CONTEXT_TOO_LONG})

DROPPED = "the model server dropped the connection"
TOO_LONG = "the model server's answer is longer than any suggestion: it was not read to its end"
CONNECTION_FAILURES: tuple[tuple[Failure, type[Exception], str, str], ...] = (
    (Failure.NOT_A_COMPLETION, AnswerTooLongError, "", TOO_LONG),
    (Failure.POOL_EXHAUSTED, httpx2.PoolTimeout, "", "our own connections are used up"),
    (Failure.TIMED_OUT, httpx2.ReadTimeout, "", "the model server stopped answering"),
    (Failure.DROPPED, httpx2.TransportError, "Can not write request body", DROPPED),
    (Failure.DROPPED, httpx2.TransportError, "disconnected", DROPPED),
    (Failure.DROPPED, httpx2.RemoteProtocolError, "", DROPPED),
    (Failure.DROPPED, httpx2.ReadError, "", DROPPED),
)
UNKNOWN_NAME = re.compile(
    r"name or service not known|name resolution|nodename nor servname|no address associated"
    r"|domain name not found|dns lookup|getaddrinfo",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Refusal:
    """An error answer of a model server.

    Attributes:
        field: The field of the request that it is about, None where it names none.
        words: What it says. May quote our prompt.
    """

    status: int
    code: str | None
    type: str | None
    field: str | None
    words: str
    headers: Mapping[str, str]


def classify_refusal(refusal: Refusal) -> StageError:
    """Say what an error answer means, without its words."""
    failure = _failure_of(refusal)
    code = _find_field(refusal) if failure is Failure.FIELD_REFUSED else refusal.code
    message = f"the model server answered {refusal.status}" + (f" ({code})" if code else "")
    code = code or str(refusal.status)
    if failure is Failure.CONTENT_POLICY:
        return RefusedError(message, failure=failure, code=code)
    if failure in (Failure.INVALID_REQUEST, *NEGOTIABLE):
        return InvalidRequestError(message, failure=failure, code=code)
    retry_after_s = read_retry_after(refusal.headers) or read_pause(refusal.headers)
    return ProviderError(message, failure=failure, code=code, retry_after_s=retry_after_s)


def classify_connection(cause: BaseException, *, was_reached: bool) -> StageError:
    """By cause and message: with the aiohttp transport all come as one class of the client.

    Args:
        was_reached: Whether the server has answered before. A name that never resolved is a wrong
            setting: the records wait for its mending, none is given up on.
    """
    text = str(cause)
    for failure, kinds, phrase, message in CONNECTION_FAILURES:
        if isinstance(cause, kinds) and phrase in text:
            return ProviderError(message, failure=failure, code="connection")
    if UNKNOWN_NAME.search(text) and not was_reached:
        message = "the model server's name cannot be resolved: look at OPENAI_BASE_URL"
        return ProviderError(message, failure=Failure.WRONG_ADDRESS, code="dns")
    message = f"the model server cannot be reached: {type(cause).__name__}"
    return ProviderError(message, failure=Failure.UNREACHABLE, code="connection")


def _failure_of(refusal: Refusal) -> Failure:
    """The server's own advice to try again or not counts over the status.

    It does not where the setting is what is wrong: no record is given up on for that.
    """
    failure = _failure_by_status(refusal)
    if failure in WRONG_SETTING or failure in NEGOTIABLE:
        return failure
    advice = refusal.headers.get("x-should-retry")
    if advice == "false" and failure not in (Failure.CONTENT_POLICY, Failure.INVALID_REQUEST):
        return Failure.TOLD_NOT_TO_RETRY
    if advice == "true" and failure is Failure.INVALID_REQUEST:
        return Failure.TOLD_TO_RETRY
    return failure


def _failure_by_status(refusal: Refusal) -> Failure:
    status, codes = refusal.status, (refusal.code, refusal.type)
    if any(code in MONEY_CODES for code in codes):
        return Failure.NO_MONEY
    if refusal.code in CONTENT_CODES:
        return Failure.CONTENT_POLICY
    if status == 429 and refusal.code in FLEX_CODES:
        return Failure.FLEX_UNAVAILABLE
    if status in (400, 422):
        return _failure_of_request(refusal)
    default = Failure.SERVER_ERROR if status >= 500 else Failure.INVALID_REQUEST
    return STATUS_FAILURES.get(status, default)


def _failure_of_request(refusal: Refusal) -> Failure:
    if KEY_WORDS.search(refusal.words):
        # Gemini's compatible endpoint answers a wrong key so.
        return Failure.KEY_REFUSED
    if refusal.code == "context_length_exceeded" or CONTEXT_WORDS.search(refusal.words):
        return Failure.CONTEXT_TOO_LONG
    if (refusal.field or "").split(".")[0] in FORMAT_FIELDS:
        return Failure.FORMAT_REFUSED
    if _find_field(refusal):
        return Failure.FIELD_REFUSED
    # vLLM answers some schemas with a 400 that gives no reason.
    is_unexplained = not (refusal.words or refusal.code or refusal.field)
    if is_unexplained or FORMAT_WORDS.search(refusal.words):
        return Failure.FORMAT_REFUSED
    return Failure.INVALID_REQUEST


def _find_field(refusal: Refusal) -> str | None:
    if refusal.field:
        return refusal.field if refusal.field in OPTIONAL_FIELDS else None
    return next((name for name in OPTIONAL_FIELDS if name in refusal.words), None)
