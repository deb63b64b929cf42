"""What an error of a model server means: from status, names and words to a failure of ours.

Servers that call themselves compatible differ in all three. What they say of money, keys, access
and limits counts first, in whatever status, then the field that is named, then the status. The
words may quote our prompt: they are read, never kept.
"""

import re

import httpx2

from services.failure.error import (
    InvalidRequestError,
    OutputInvalidError,
    ProviderError,
    RefusedError,
    StageError,
)
from services.failure.verdict import Failure
from services.llm.arrival.answer_limit import AnswerTooLongError
from services.llm.exchange.rate_header import read_pause, read_retry_after
from services.llm.server.refusal import Refusal
from services.llm.server.refusal_sign import ADDRESS_WORDS, MODEL_WORDS, find_sign
from services.llm.server.told_limit import CONTEXT_WORDS, TokenLimitError, read_told_limit

FORMAT_WORDS = re.compile(
    r"response_format|json_schema|json_object|guided_json|structured.?output|\bstrict\b"
    r"|\btools?\b|tool_choice|function.?call|\bschema\b|grammar|json mode",
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
    "stream_options",
    "stream",
)
"""What we send that a server need not know; the first that an error names is left out."""

STREAM_FIELDS = ("stream", "stream_options")
STREAM_WORDS = re.compile(
    r"\b(only|must|does not|doesn.t|do not|not|cannot|requires?)\b[^.]{0,40}\bstream(ing|ed|s)?\b"
    r"|\bstream(ing)?\b[^.]{0,40}\b(not|only|unsupported|required?|must be|recommended)\b",
    re.IGNORECASE,
)
NO_REASONS = frozenset({"invalid_request_error", "BadRequestError", "bad_request"})
"""Names that say no more than the status 400 does."""

STATUS_FAILURES = {
    400: Failure.INVALID_REQUEST,
    401: Failure.KEY_REFUSED,
    402: Failure.NO_MONEY,
    403: Failure.NOT_PERMITTED,
    404: Failure.WRONG_ADDRESS,
    405: Failure.WRONG_ADDRESS,
    407: Failure.NO_ACCESS,
    408: Failure.CONFLICT,
    409: Failure.CONFLICT,
    410: Failure.WRONG_ADDRESS,
    413: Failure.CONTEXT_TOO_LONG,
    425: Failure.CONFLICT,
    429: Failure.RATE_LIMITED,
    451: Failure.NO_ACCESS,
    498: Failure.OVERLOADED,
    503: Failure.OVERLOADED,
    511: Failure.NO_ACCESS,
    529: Failure.OVERLOADED,
}
WRONG_SETTING = {
    Failure.KEY_REFUSED: "the key is refused: look at OPENAI_API_KEY",
    Failure.NO_MONEY: "no money is left: look at the provider's billing page",
    Failure.NO_ACCESS: "access is refused to this key, account, region or address",
    Failure.NOT_PERMITTED: "it does not permit this",
    Failure.NO_SUCH_MODEL: "it has no such model: look at LLM_MODEL",
}
"""What stays wrong until somebody changes it, and what to look at. No record is given up on."""
NEGOTIABLE = frozenset({Failure.FORMAT_REFUSED, Failure.FIELD_REFUSED, Failure.CONTEXT_TOO_LONG})
PAGE_STATUS = frozenset({401, 403, 407, 408, 413, 429, 451, 511})
"""With these a page for people means the same as an answer for us; so it does with 5xx."""

NOT_FOUND = 404
DROPPED = "the model server dropped the connection"
TOO_LONG = "the model server's answer is longer than any suggestion: it was not read to its end"
CONNECTION_FAILURES: tuple[tuple[Failure, type[Exception], str, str], ...] = (
    (Failure.NOT_A_COMPLETION, AnswerTooLongError, "", TOO_LONG),
    (Failure.NOT_A_COMPLETION, httpx2.DecodingError, "", "the model server's answer is garbled"),
    (Failure.POOL_EXHAUSTED, httpx2.PoolTimeout, "", "our own connections are used up"),
    (Failure.TIMED_OUT, httpx2.ReadTimeout, "", "the model server stopped answering"),
    (Failure.DROPPED, httpx2.TransportError, "Can not write request body", DROPPED),
    (Failure.DROPPED, httpx2.TransportError, "disconnected", DROPPED),
    (Failure.DROPPED, httpx2.RemoteProtocolError, "", DROPPED),
    (Failure.DROPPED, httpx2.ReadError, "", DROPPED),
)
ADDRESS_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (httpx2.TooManyRedirects, "it redirects again and again"),
    (httpx2.UnsupportedProtocol, "which is no address of http or https"),
)
UNKNOWN_NAME = re.compile(
    r"name or service not known|name resolution|nodename nor servname|no address associated"
    r"|domain name not found|dns lookup|getaddrinfo",
    re.IGNORECASE,
)
NOT_TAKEN = re.compile(r"connection timeout|timed? ?out", re.IGNORECASE)
WRONG_PROTOCOL = re.compile(
    r"wrong_version_number|certificate verify failed|record layer failure|unsupported protocol"
    r"|http_request|not an http|missing an 'http",
    re.IGNORECASE,
)


def classify_refusal(refusal: Refusal) -> StageError:
    """Say what an error answer means, without its words."""
    failure = _failure_of(refusal)
    code = _find_field(refusal) if failure is Failure.FIELD_REFUSED else refusal.code
    message = f"the model server answered {refusal.status}" + (f" ({code})" if code else "")
    code = code or str(refusal.status)
    if failure is Failure.WRONG_ADDRESS:
        also = " and LLM_MODEL" if refusal.status == NOT_FOUND else ""
        return wrong_address(refusal.address, f"it answered {refusal.status}", also)
    if failure in WRONG_SETTING:
        message = f"{message}: {WRONG_SETTING[failure]}"
    if failure is Failure.CONTEXT_TOO_LONG:
        return TokenLimitError(message, read_told_limit(refusal), code=code)
    if failure is Failure.CONTENT_POLICY:
        return RefusedError(message, failure=failure, code=code)
    if failure is Failure.OUTPUT_INVALID:
        return OutputInvalidError(message, code=code)
    if failure in (Failure.INVALID_REQUEST, *NEGOTIABLE):
        return InvalidRequestError(message, failure=failure, code=code)
    retry_after_s = read_retry_after(refusal.headers) or read_pause(refusal.headers)
    return ProviderError(message, failure=failure, code=code, retry_after_s=retry_after_s)


def wrong_address(address: str, why: str, also: str = "") -> ProviderError:
    """There is no model server where one is looked for.

    Args:
        also: Another setting to look at.
    """
    where = address or "its address"
    message = f"no model server at {where}, {why}: look at OPENAI_BASE_URL{also}"
    return ProviderError(message, failure=Failure.WRONG_ADDRESS, code="wrong-address")


def classify_connection(
    cause: BaseException, *, was_reached: bool, address: str = ""
) -> StageError:
    """By cause and message: with the aiohttp transport all come as one class of the client.

    Args:
        was_reached: Whether the server has answered before. A name that never resolved is a wrong
            setting: the records wait for its mending, none is given up on.
    """
    text = str(cause)
    for kind, why in ADDRESS_FAILURES:
        if isinstance(cause, kind):
            return wrong_address(address, why)
    for failure, kinds, phrase, message in CONNECTION_FAILURES:
        if isinstance(cause, kinds) and phrase in text:
            return ProviderError(message, failure=failure, code="connection")
    if UNKNOWN_NAME.search(text) and not was_reached:
        message = "the model server's name cannot be resolved: look at OPENAI_BASE_URL"
        return ProviderError(message, failure=Failure.WRONG_ADDRESS, code="dns")
    if WRONG_PROTOCOL.search(text) and not was_reached:
        return wrong_address(address, "its protocol or certificate is another")
    message = f"the model server cannot be reached: {type(cause).__name__}"
    return ProviderError(message, failure=Failure.UNREACHABLE, code="connection")


def is_full(cause: BaseException | None) -> bool:
    """Whether a connection came to nothing because the server did not get to take it."""
    while cause is not None:
        if isinstance(cause, httpx2.ConnectTimeout) and NOT_TAKEN.search(str(cause)):
            return True
        cause = cause.__cause__
    return False


def _failure_of(refusal: Refusal) -> Failure:
    """The server's own advice to try again or not counts over the status.

    It does not where the setting is what is wrong: no record is given up on for that.
    """
    failure = _failure_as_told(refusal)
    if failure in WRONG_SETTING or failure in NEGOTIABLE or failure is Failure.WRONG_ADDRESS:
        return failure
    advice = refusal.headers.get("x-should-retry")
    if advice == "false" and failure not in (Failure.CONTENT_POLICY, Failure.INVALID_REQUEST):
        return Failure.TOLD_NOT_TO_RETRY
    if advice == "true" and failure is Failure.INVALID_REQUEST:
        return Failure.TOLD_TO_RETRY
    return failure


def _failure_as_told(refusal: Refusal) -> Failure:
    status, words = refusal.status, "" if refusal.is_page else refusal.words
    if read_told_limit(refusal) is not None:
        return Failure.CONTEXT_TOO_LONG
    is_named = "context_length_exceeded" in refusal.names
    if is_named or (status in (400, 422, 500) and CONTEXT_WORDS.search(words)):
        return Failure.CONTEXT_TOO_LONG
    if refusal.field in STREAM_FIELDS and status in (400, 422):
        # Some organizations must be verified to stream: that need not be.
        return Failure.FIELD_REFUSED
    told = find_sign(refusal.names, words)
    if told is not None:
        return told
    if refusal.is_page and status < 500 and status not in PAGE_STATUS:
        return Failure.WRONG_ADDRESS
    if status in (400, 422):
        return _failure_of_request(refusal, words)
    if status in (404, 410, 500, 503) and _is_about_model(refusal, words):
        return Failure.NO_SUCH_MODEL
    if status == 404 and FORMAT_WORDS.search(words):
        # OpenRouter: no endpoint of the model takes what was asked with.
        return Failure.FORMAT_REFUSED
    default = Failure.SERVER_ERROR if status >= 500 else Failure.INVALID_REQUEST
    return STATUS_FAILURES.get(status, default)


def _failure_of_request(refusal: Refusal, words: str) -> Failure:
    if (refusal.field or "").split(".")[0] in FORMAT_FIELDS:
        return Failure.FORMAT_REFUSED
    if _find_field(refusal):
        return Failure.FIELD_REFUSED
    if ADDRESS_WORDS.search(words):
        return Failure.WRONG_ADDRESS
    # vLLM answers some schemas with a 400 that gives no reason.
    is_unexplained = not (words or refusal.field or {*refusal.names} - NO_REASONS)
    if is_unexplained or FORMAT_WORDS.search(words):
        return Failure.FORMAT_REFUSED
    if _is_about_model(refusal, words):
        return Failure.NO_SUCH_MODEL
    return Failure.INVALID_REQUEST


def _is_about_model(refusal: Refusal, words: str) -> bool:
    return refusal.field == "model" or MODEL_WORDS.search(words) is not None


def _find_field(refusal: Refusal) -> str | None:
    if refusal.field:
        return refusal.field if refusal.field in OPTIONAL_FIELDS else None
    named = (name for name in OPTIONAL_FIELDS if name != "stream" and name in refusal.words)
    is_about_stream = STREAM_WORDS.search(refusal.words) is not None
    return next(named, "stream" if is_about_stream else None)
