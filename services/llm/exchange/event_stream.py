"""Puts a streamed answer together: some servers stream whatever they were asked for."""

import re
from typing import Any

from services.llm.exchange.native import find_choices
from services.llm.json.text import read_json

PIECES = frozenset({"choices", "message", "delta", "candidates", "response", "content", "output"})
"""What a piece holds of the answer; the rest is told of the whole."""
NO_PIECES = frozenset({"choices"})
PARTS = ("content", "reasoning_content", "reasoning", "thinking", "refusal")

FIELDS = frozenset({"id", "retry"})
LINE_END = re.compile(r"\r\n|\r|\n")
"""What ends a line of a stream; U+2028 and others are text."""
WHITE = re.compile(r"\s*")

Chunk = dict[str, Any]


def is_stream(text: str) -> bool:
    """Whether a body is a stream of events; a comment of one may stand before other things."""
    return text.lstrip().startswith(("data:", "event:", "id:", "retry:", "error:"))


def join_events(text: str) -> Chunk | None:
    """The completion whose pieces a stream holds; None where it holds none."""
    return join_pieces(_read_chunks(text))


def join_pieces(chunks: list[Chunk]) -> Chunk | None:
    """The completion that these pieces make; None where there are none."""
    whole: Chunk = {}
    choices: dict[int, Chunk] = {}
    for chunk in chunks:
        found = find_choices(chunk)
        apart = PIECES if found else NO_PIECES
        whole |= {key: value for key, value in chunk.items() if value and key not in apart}
        for place, choice in enumerate(found[1] if found else ()):
            _add(choices, choice, place)
    if not whole and not choices:
        return None
    return whole | {"choices": [choice for _, choice in sorted(choices.items())]}


def _read_chunks(text: str) -> list[Chunk]:
    """The pieces of a stream. An error in it is told as a chunk, an event, a field or bare."""
    chunks: list[Chunk] = []
    lines: list[str] = []
    is_error = False
    for line in (*LINE_END.split(text), ""):
        name, payload = _split(line.strip())
        if name in ("data", "error"):
            lines.append(payload)
            is_error = is_error or name == "error"
        elif name in ("event", ""):
            # An empty line ends an event; some servers leave it out.
            chunks += _read_event(lines, is_error=is_error)
            lines, is_error = [], payload == "error"
        elif lines and name not in FIELDS:
            # A value that goes on in lines without a name.
            lines.append(line)
    return chunks


def _read_event(lines: list[str], *, is_error: bool) -> list[Chunk]:
    """The pieces in an event: one that goes over its lines, or one in each of them."""
    text, place, chunks = "\n".join(lines), 0, []
    try:
        while place < len(text):
            chunk, end = read_json(text, place)
            chunks.append(chunk)
            place = WHITE.match(text, end).end()  # type: ignore[union-attr]
    except ValueError:
        # What is no JSON is a text: the end of a stream, or what went wrong.
        chunks += map(_read_line, text[place:].split("\n"))
    told = [{"error": one} if is_error and one and not _is_told(one) else one for one in chunks]
    return [chunk for chunk in told if isinstance(chunk, dict)]


def _read_line(line: str) -> Any:
    try:
        return read_json(line)[0]
    except ValueError:
        return line


def _split(line: str) -> tuple[str, str]:
    """The name and the content of a line; a bare object is taken for data."""
    if line.startswith("{"):
        return "data", line
    name, _, payload = line.partition(":")
    return name, payload.strip()


def _is_told(chunk: Any) -> bool:
    """Whether a chunk says by itself that it is an error."""
    return isinstance(chunk, dict) and bool(chunk.get("error"))


def _add(choices: dict[int, Chunk], piece: Any, place: int) -> None:
    if not isinstance(piece, dict):
        return
    index = str(piece.get("index", place))
    choice = choices.setdefault(int(index) if index.isdecimal() else place, {"message": {}})
    for key in ("finish_reason", "error"):
        choice[key] = piece.get(key) or choice.get(key)
    delta = piece.get("delta") or piece.get("message")
    if isinstance(delta, dict):
        _add_delta(choice["message"], delta)
    elif isinstance(piece.get("text"), str):
        _add_text(choice["message"], "content", piece["text"])


def _add_delta(message: Chunk, delta: Chunk) -> None:
    for name in PARTS:
        _add_text(message, name, delta.get(name))
    for place, call in enumerate(_list(delta.get("tool_calls"))):
        if isinstance(call, dict) and isinstance(call.get("function"), dict):
            calls: dict[Any, Chunk] = message.setdefault("tool_calls", {})
            index = call.get("index")
            function = calls.setdefault(index if isinstance(index, int | str) else place, {})
            _add_text(function, "arguments", call["function"].get("arguments"))
    if isinstance(delta.get("function_call"), dict):
        function = message.setdefault("function_call", {})
        _add_text(function, "arguments", delta["function_call"].get("arguments"))


def _add_text(holder: Chunk, name: str, piece: Any) -> None:
    """Text goes on where it was; what comes as a whole, a list of parts say, is added to a list."""
    before = holder.get(name)
    if isinstance(piece, str) and isinstance(before, str | None):
        holder[name] = (before or "") + piece
    elif piece:
        holder[name] = [*_list(before), *_list(piece)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
