"""What an error of a model server means: from status, names and words to a failure of ours.

Servers that call themselves compatible differ in all three. What they say of money, keys, access
and limits counts first, in whatever status, then the field that is named, then the status. The
words may quote our prompt: they are read, never kept.
"""

import re

from services.failure.error import (
    InvalidRequestError,
    OutputInvalidError,
    ProviderError,
    RefusedError,
    StageError,
)
from services.failure.verdict import Failure
from services.llm.refusal.connection import wrong_address
from services.llm.refusal.refusal import Refusal
from services.llm.refusal.sign import (
    ADDRESS_WORDS,
    MODEL_WORDS,
    NO_MODEL_OR_ACCESS,
    find_sign,
)
from services.llm.refusal.told_limit import CONTEXT_WORDS, TokenLimitError, read_told_limit
from services.llm.refusal.told_wait import read_told_wait

FORMAT_WORDS = re.compile(
    r"response_format|json_schema|json_object|guided_json|structured.?output|\bstrict\b"
    r"|\btools?\b|tool_choice|function.?call|\bschema\b|response.schema|output.format"
    r"|grammar|json mode|additional_?properties|parser for this template|requested parameters",
    re.IGNORECASE,
)
BROKEN_FORMAT_WORDS = re.compile(
    r"response_format|json_(schema|object)|guided_(json|grammar|decoding)|structured.?output"
    r"|grammar (error|compil|initiali[sz]|could not|failed|is not)"
    r"|(failed|unable|could not|cannot|invalid|unsupported) (to )?\w+ (\w+ )?grammar"
    r"|param requires --jinja|parser for this template"
    r"|json mode|required for format|(compile|convert|parse|invalid|unsupported)\w* .{0,20}schema",
    re.IGNORECASE,
)
"""Servers that fail over a schema which they should have refused."""
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
NO_REASONS = frozenset(
    {"invalid_request_error", "BadRequestError", "bad_request", "bad_request_error"}
)
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
    411: Failure.WRONG_ADDRESS,
    412: Failure.NOT_PERMITTED,
    413: Failure.CONTEXT_TOO_LONG,
    414: Failure.WRONG_ADDRESS,
    415: Failure.WRONG_ADDRESS,
    421: Failure.WRONG_ADDRESS,
    422: Failure.INVALID_REQUEST,
    423: Failure.CONFLICT,
    424: Failure.SERVER_ERROR,
    425: Failure.CONFLICT,
    426: Failure.WRONG_ADDRESS,
    429: Failure.RATE_LIMITED,
    449: Failure.CONFLICT,
    451: Failure.NO_ACCESS,
    464: Failure.WRONG_ADDRESS,
    497: Failure.WRONG_ADDRESS,
    498: Failure.OVERLOADED,
    499: Failure.CONFLICT,
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
TOO_LONG_NAMES = frozenset(
    {"context_length_exceeded", "string_above_max_length", "tokens_limit_reached"}
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
    retry_after_s = read_told_wait(refusal)
    return ProviderError(message, failure=failure, code=code, retry_after_s=retry_after_s)


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
    is_named = bool(TOO_LONG_NAMES & set(refusal.names))
    if is_named or (status in (400, 403, 422, 500) and CONTEXT_WORDS.search(words)):
        return Failure.CONTEXT_TOO_LONG
    if refusal.field in STREAM_FIELDS and status in (400, 422):
        return Failure.FIELD_REFUSED  # some organizations must be verified to stream
    told = find_sign(refusal.names, words)
    if told is Failure.NO_ACCESS and NO_MODEL_OR_ACCESS.search(words):
        return Failure.NO_SUCH_MODEL
    if told is not None:
        return told
    if refusal.is_page and status < 500 and status not in PAGE_STATUS:
        return Failure.WRONG_ADDRESS
    if status in (400, 422):
        return _failure_of_request(refusal, words)
    return _failure_by_status(refusal, words)


def _failure_by_status(refusal: Refusal, words: str) -> Failure:
    status = refusal.status
    if status in (404, 410, 500, 503) and _is_about_model(refusal, words):
        return Failure.NO_SUCH_MODEL
    if status == NOT_FOUND and FORMAT_WORDS.search(words):
        return Failure.FORMAT_REFUSED  # OpenRouter: no endpoint of the model takes what was asked
    if status in (500, 501) and BROKEN_FORMAT_WORDS.search(words):
        return Failure.FORMAT_REFUSED
    if status in (500, 501) and ADDRESS_WORDS.search(words):  # LM Studio: 200 with an error
        return Failure.WRONG_ADDRESS
    default = Failure.SERVER_ERROR if status >= 500 else Failure.NOT_PERMITTED
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
