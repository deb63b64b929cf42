"""Reads the body of an answer: one JSON value, several, or a stream of pieces."""

import json
import re
from typing import Any

from services.llm.exchange.event_stream import is_stream, join_events, join_pieces
from services.llm.exchange.native import find_choices
from services.llm.json.text import find_mended, find_values, read_json

PREFIX = re.compile(
    r"\)\]\}',?\s*|[0-9a-fA-F]{1,8}\r\n(?=\{)|<!--.*?-->\s*|(?:while|for)\(.*?\);", re.DOTALL
)
"""What stands before JSON: against its being run as a script, a chunk's size, a comment."""
COMMENTS = re.compile(r"(?::[^\r\n]*+(?:\s++|$))*")
MAX_VALUES = 20_000
START, NEXT = re.compile(r"\s*"), re.compile(r"[\s,]*(?=[{\[])")


def read_body(content: bytes, charset: str | None = None) -> Any:
    """The value that a body holds; of a stream the completion that it makes. None for no JSON."""
    text = _decode(content, charset).lstrip().rstrip("\0 \t\r\n")
    # Comments keep a connection open while the model works.
    text = text[COMMENTS.match(text).end() :]  # type: ignore[union-attr]
    if is_stream(text):
        return join_events(text)
    prefix = PREFIX.match(text)
    if prefix:
        text = text[prefix.end() :]
    values = _read_values(text)
    if not values:
        return None
    body = values[0]
    if isinstance(body, str):
        # A proxy has written the body once more, as a text.
        values = _read_values(body) or _read_values(_read_quoted(body))
        body = values[0] if values else None
    pieces = [value for value in values if isinstance(value, dict)]
    if len(pieces) > 1:
        return _join(pieces)
    if not isinstance(body, list):
        return body
    pieces = [item for item in body if isinstance(item, dict)]
    return _join(pieces) if len(pieces) > 1 else next(iter(pieces), body)


def mend_body(content: bytes, charset: str | None = None) -> Any:
    """The completion in a body that is no JSON as it stands; None where there is none in it."""
    text = _decode(content, charset)
    for values in (find_values(text), find_mended(text)):
        for value in values:
            if isinstance(value, dict) and find_choices(value) is not None:
                return value
    return None


def _join(pieces: list[dict[str, Any]]) -> Any:
    """What several bodies say: the pieces of a stream, or the first that holds an answer."""
    if any(map(_is_piece, pieces)):
        return join_pieces(pieces)
    return next(
        (one for one in pieces if find_choices(one) is not None or one.get("error")), pieces[0]
    )


def _is_piece(body: dict[str, Any]) -> bool:
    choices = body.get("choices")
    choices = choices if isinstance(choices, list) else []
    is_delta = any(isinstance(choice, dict) and "delta" in choice for choice in choices)
    return is_delta or "done" in body or "delta" in body or "candidates" in body


def _read_values(text: str) -> list[Any]:
    """The values that a text begins with, one after the other."""
    values: list[Any] = []
    start = START.match(text)
    while start and len(values) < MAX_VALUES:
        try:
            value, end = read_json(text, start.end())
        except ValueError:
            break
        values.append(value)
        start = NEXT.match(text, end)
    return values


def _read_quoted(text: str) -> str:
    """The text in a text, "" where there is none."""
    try:
        value = read_json(text)[0]
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""


def _decode(content: bytes, charset: str | None) -> str:
    """As JSON is encoded; where that does not do, as the server says that it is."""
    for encoding in (json.detect_encoding(content), charset or "utf-8"):
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue
    return ""
