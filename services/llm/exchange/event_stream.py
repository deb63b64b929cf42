"""Puts a streamed answer together: some servers stream whatever they were asked for."""

from typing import Any

from services.llm.exchange.json_text import read_json

PARTS = ("content", "reasoning_content", "reasoning", "refusal")

Chunk = dict[str, Any]


def is_stream(text: str) -> bool:
    """Whether a body is a stream of events; a comment of one may stand before other things."""
    return text.lstrip().startswith(("data:", "event:", "id:", "retry:", "error:"))


def join_events(text: str) -> Chunk | None:
    """The completion whose pieces a stream holds; None where it holds none."""
    whole: Chunk = {}
    choices: dict[int, Chunk] = {}
    for chunk in _read_chunks(text):
        whole |= {key: value for key, value in chunk.items() if value and key != "choices"}
        for place, choice in enumerate(_list(chunk.get("choices"))):
            _add(choices, choice, place)
    if not whole and not choices:
        return None
    return whole | {"choices": [choice for _, choice in sorted(choices.items())]}


def _read_chunks(text: str) -> list[Chunk]:
    """The pieces of a stream. An error in it is told as a chunk, an event, a field or bare."""
    chunks, is_error = [], False
    for line in text.splitlines():
        name, payload = _split(line.strip())
        if name in ("event", ""):
            # An empty line ends an event.
            is_error = payload == "error"
        if name not in ("data", "error"):
            continue
        try:
            chunk, _ = read_json(payload)
        except ValueError:
            chunk = payload
        if (name == "error" or is_error) and not _is_told(chunk):
            chunk = {"error": chunk}
        if isinstance(chunk, dict):
            chunks.append(chunk)
    return chunks


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
            function = calls.setdefault(call.get("index", place), {})
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
