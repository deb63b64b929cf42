"""Reads the error that a model server answers with: its names for it and its words, in any form.

An object under `error`, or beside it, in a list, a text alone, a list of what is wrong with fields:
servers that call themselves compatible have all of these, with a status of 200 too.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.\[\]-]{0,63}")
PLACEHOLDERS = frozenset({"none", "null", "error"})
PAGE = re.compile(
    r"(?:\s|\ufeff|<!--(?:(?!-->).)*+-->|<\?xml[^>]*+>)*+"
    r"<(?:!doctype html|html|head|body|title|meta|script|style|center|link|div|h1|p)\b",
    re.DOTALL | re.IGNORECASE,
)
MIN_SECRET_CHARS = 8
"""Shorter keys are placeholders, and too often part of a word."""
NAMES = (
    "code",
    "type",
    "__type",
    "status",
    "reason",
    "error_type",
    "error_code",
    "errorcode",
    "key",
)
INNER = (
    "errors",
    "innererror",
    "inner_error",
    "details",
    "metadata",
    "provider_specific_fields",
    "base_resp",
    "header",
    "response",
    "fault",
    "data",
    "result",
)
WORDS = (
    "message",
    "msg",
    "detail",
    "error",
    "raw",
    "error_message",
    "errormessage",
    "error_msg",
    "errmsg",
    "err_msg",
    "retmsg",
    "status_msg",
    "error_description",
    "description",
    "faultstring",
    "title",
)
COUNTS = ("n_ctx", "n_prompt_tokens")
WAITS = ("retrydelay", "retry_after", "retryafter", "retry_after_seconds", "estimated_time")
BAD_REQUEST, SERVER_ERROR = 400, 500
MAX_WORDS_CHARS = 4000
MAX_DEPTH = 4


@dataclass(frozen=True)
class Refusal:
    """An error answer of a model server.

    Attributes:
        names: What it calls the failure: codes, types, reasons.
        field: The field of the request that it is about, None where it names none.
        words: What it says. May quote our prompt.
        counts: Numbers of tokens that it names: n_ctx, n_prompt_tokens.
        wait: How long it asks to wait, as it says that, beside its headers; "" where it does not.
        asked: The most tokens of an answer that were asked for, None where none were.
        is_page: Whether it is a page for people, as of a proxy, and no answer of an API.
        address: Where it came from, for people.
    """

    status: int
    names: tuple[str, ...] = ()
    field: str | None = None
    words: str = ""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)
    wait: str = ""
    asked: int | None = None
    is_page: bool = False
    address: str = ""

    @property
    def code(self) -> str | None:
        """What the server calls it, None where it has no name."""
        return next(iter(self.names), None)


def read_refusal(
    status: int,
    body: Any,
    headers: Mapping[str, str],
    *,
    asked: int | None = None,
    secret: str = "",
    address: str = "",
) -> Refusal:
    """Read an error answer.

    Args:
        body: What the body holds, as JSON or as text.
        secret: What must not be told, wherever the server quotes it.
    """
    found = _Found(secret)
    found.look_into(body)
    # Amazon names the failure beside the body: `AccessDeniedException:http://...`.
    found.look_into({"code": headers.get("x-amzn-errortype", "").partition(":")[0]})
    return Refusal(
        status=status if status >= BAD_REQUEST else found.status or SERVER_ERROR,
        names=tuple(dict.fromkeys(found.names)),
        field=found.field,
        words=" ".join(found.words)[:MAX_WORDS_CHARS],
        headers=found.headers | dict(headers),
        counts=found.counts,
        wait=found.wait,
        asked=asked,
        is_page=is_page(headers, body),
        address=address,
    )


def fold_names(body: dict[str, Any]) -> dict[str, Any]:
    """An object with its names in lower case: Tencent writes them with capitals."""
    return {str(name).lower(): value for name, value in body.items()}


def is_page(headers: Mapping[str, str], body: Any) -> bool:
    """Whether an answer is a page for people."""
    is_html = "html" in headers.get("content-type", "").lower()
    return isinstance(body, str) and (is_html or PAGE.match(body) is not None)


def has_secret(text: str | None, secret: str) -> bool:
    """Whether a text of a server quotes the key."""
    return text is not None and len(secret) >= MIN_SECRET_CHARS and secret in text


def _find_place(where: list[Any]) -> Any:
    """The field of the request in a place: behind `body`, else the last of its parts."""
    return where[1] if where[0] == "body" and len(where) > 1 else where[-1]


class _Found:
    """What is found in the body of an error."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self.names: list[str] = []
        self.words: list[str] = []
        self.counts: dict[str, int] = {}
        self.headers: dict[str, str] = {}
        self.wait = ""
        self.field: str | None = None
        self.status: int | None = None

    def look_into(self, body: Any, depth: int = MAX_DEPTH) -> None:
        if isinstance(body, str):
            self.words.append(body)
        elif isinstance(body, list):
            for item in body[:5]:
                self.look_into(item, depth)
        elif isinstance(body, dict) and depth:
            self._look_into_object(body, depth)

    def _look_into_object(self, told: dict[str, Any], depth: int) -> None:
        body = fold_names(told)
        # What is further in tells more exactly what went wrong.
        for name in (*WORDS, *INNER):
            if isinstance(body.get(name), dict | list):
                self.look_into(body[name], depth - 1)
        for name in NAMES:
            self._note_name(body.get(name))
        for name in WORDS:
            if isinstance(body.get(name), str):
                self.words.append(body[name])
        for name in COUNTS:
            if str(body.get(name, "")).isdecimal():
                self.counts[name] = int(body[name])
        self._note_wait(body)
        where = body.get("loc")
        place = _find_place(where) if isinstance(where, list) and where else body.get("param")
        self.field = self.field or self._name(place)

    def _note_wait(self, body: dict[str, Any]) -> None:
        """Gemini tells it in a detail, OpenRouter by what would have been headers."""
        headers = body.get("headers")
        if isinstance(headers, dict):
            self.headers |= {str(name).lower(): str(value) for name, value in headers.items()}
        wait = next((body[name] for name in WAITS if body.get(name)), "")
        self.wait = self.wait or (str(wait) if isinstance(wait, str | int | float) else "")

    def _note_name(self, value: Any) -> None:
        name = self._name(value)
        if name is not None:
            self.names.append(name)
        elif isinstance(value, str) and " " in value:
            # xAI's codes are sentences.
            self.words.append(value)
        elif str(value).isdecimal() and len(str(value)) == 3 and int(value) >= 400:
            self.status = self.status or int(value)

    def _name(self, value: object) -> str | None:
        """A code, type or field; None for what is no name, which may quote what is not told."""
        text = str(value or "")
        is_name = NAME.fullmatch(text) and text.lower() not in PLACEHOLDERS
        return text if is_name and not has_secret(text, self._secret) else None
