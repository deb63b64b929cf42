"""Finds the error in an answer whose status is good, in whatever form it is told there."""

from typing import Any

from services.llm.exchange.completion import has_answer
from services.llm.refusal.refusal import WORDS, fold_names

NO_ERROR = frozenset({"", "0", "none", "null", "false", "success", "ok"})
CODES = (
    "code",
    "error_code",
    "errorcode",
    "errcode",
    "err_code",
    "retcode",
    "status_code",
    "statuscode",
    "status",
)
"""What says, in a body with a good status, that it is bad all the same, unless it is FINE."""
FINE = frozenset({"", "0", "000000", "00000", "200", "200000", "20000", "201", "none", "null"})
FINE |= frozenset(
    {"ok", "success", "succeeded", "successful", "completed", "true", "done", "finished"}
)
HOLDERS = ("base_resp", "header", "response", "result", "data", "output", "fault", "meta")


def find_error(body: Any) -> Any:
    """The error in a body, whatever its status; None where it has none.

    What is called an error counts before an answer beside it.
    """
    if isinstance(body, list):
        return next(filter(None, map(find_error, body)), None)
    if not isinstance(body, dict):
        return None
    if _says_something(body.get("error")) or body.get("object") == "error":
        return body
    return body if not has_answer(body) and _is_flat_error(body) else None


def find_doubt(body: Any) -> Any:
    """What says that a body is an error though something was said; None where nothing does.

    It counts where what was said is no answer.
    """
    is_told = isinstance(body, dict) and _is_told(fold_names(body))
    return body if is_told and has_answer(body) else None


def _is_flat_error(body: dict[str, Any], depth: int = 2) -> bool:
    """Whether an object without an answer says what went wrong: by a code, or in words."""
    told = fold_names(body)
    if _is_told(told):
        return True
    inner = [told[name] for name in HOLDERS if isinstance(told.get(name), dict)]
    if depth and any(_is_flat_error(one, depth - 1) for one in inner):
        return True
    words = (told.get(name) for name in WORDS)
    return any(isinstance(word, str) and word.strip().lower() not in NO_ERROR for word in words)


def _is_told(told: dict[str, Any]) -> bool:
    """Whether an object says in so many words that it is an error."""
    has_error = any(map(_says_something, (told.get("error"), told.get("errors"))))
    is_bad = any(_is_bad(told.get(name)) for name in CODES)
    return has_error or is_bad or told.get("success") is False


def _is_bad(code: Any) -> bool:
    is_told = isinstance(code, str | int) and not isinstance(code, bool)
    return is_told and str(code).strip().lower() not in FINE


def _says_something(error: Any) -> bool:
    """Whether an `error` is one: some servers have the field in every answer, without a word."""
    waiting = [error]  # a server may nest deeper than calls can
    while waiting:
        said = waiting.pop()
        if isinstance(said, dict):
            waiting.extend(said.values())
        elif isinstance(said, list):
            waiting.extend(said)
        elif said.strip().lower() not in NO_ERROR if isinstance(said, str) else said:
            return True
    return False
