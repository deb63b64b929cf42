"""Reads the chat completion that a model server has answered with, tolerant of how it is made."""

from dataclasses import dataclass
from typing import Any

from schemas.job.record import Usage
from services.failure.error import ProviderError
from services.failure.verdict import Failure
from services.llm.exchange.event_stream import is_stream, join_events
from services.llm.exchange.json_text import read_json
from services.llm.exchange.usage import read_usage

NO_COMPLETION = "the model server's answer is no chat completion"
NO_TEXT = frozenset({"", "none", "null"})
"""What some servers write for nothing."""
THOUGHTS = ("<think", "<thought", "<reasoning", "[think]", "◁think▷")
UNSAID = frozenset({"thinking", "reasoning", "redacted_thinking"})


@dataclass(frozen=True)
class Choice:
    """One of the answers.

    Attributes:
        said: Where the answer may be, the likeliest first: texts, or objects.
        refusal: What the model says instead, "" where it does not decline.
        finish: Why it ends where it does, in lower case; "" where that is not told.
        error: What went wrong with this answer alone, None where nothing did.
        has_thought: Whether the model has thought before it answered.
    """

    said: tuple[Any, ...]
    refusal: str = ""
    finish: str = ""
    error: Any = None
    has_thought: bool = False


@dataclass(frozen=True)
class Completion:
    """The part of a chat completion that we read."""

    model: str
    choices: tuple[Choice, ...]
    usage: Usage


def read_body(content: bytes, charset: str | None = None) -> Any:
    """The value that a body holds; of a stream the completion that it makes. None for no JSON."""
    text = _decode(content, charset).lstrip()
    while text.startswith(":"):
        # Comments keep a connection open while the model works.
        text = text.partition("\n")[2].lstrip()
    if is_stream(text):
        return join_events(text)
    try:
        body, _ = read_json(text)
    except ValueError:
        return None
    return next((item for item in body if isinstance(item, dict)), body) if _is_list(body) else body


def read_completion(body: Any) -> Completion:
    """Read a chat completion.

    Raises:
        ProviderError: It is none.
    """
    body = body if isinstance(body, dict) else {}
    choices = body.get("choices")
    choices = [choices] if isinstance(choices, dict) else choices
    if not isinstance(choices, list):
        raise ProviderError(NO_COMPLETION, failure=Failure.NOT_A_COMPLETION, code="not-json")
    return Completion(
        model=body["model"] if isinstance(body.get("model"), str) else "",
        choices=tuple(_read_choice(choice) for choice in choices if isinstance(choice, dict)),
        usage=read_usage(body.get("usage")),
    )


def _read_choice(choice: dict[str, Any]) -> Choice:
    message = choice.get("message")
    message = message if isinstance(message, dict) else {"content": message or choice.get("text")}
    content = message.get("content")
    calls = [*_list_calls(message.get("tool_calls")), message.get("function_call")]
    thoughts = [message.get(name) for name in ("reasoning_content", "reasoning")]
    thoughts.append(_join(content, is_thought=True))
    told = [
        *(call.get("arguments") for call in calls if isinstance(call, dict)),
        _join(content),
        *thoughts,
    ]
    return Choice(
        said=tuple(item for item in told if _is_something(item)),
        refusal=_text(message.get("refusal")),
        finish=_text(choice.get("finish_reason") or choice.get("stop_reason")).lower(),
        error=choice.get("error") or None,
        has_thought=any(map(_is_something, thoughts)) or _begins_with_thought(content),
    )


def _list_calls(calls: Any) -> list[Any]:
    items = calls.values() if isinstance(calls, dict) and "function" not in calls else calls
    items = [items] if isinstance(items, dict) else items or ()
    return [item.get("function", item) if isinstance(item, dict) else item for item in items]


def _join(content: Any, *, is_thought: bool = False) -> Any:
    """What is said in a content: a text, its parts, or an object. Thoughts are told apart."""
    if not _is_list(content):
        return None if is_thought else content
    parts = [part for part in content if _is_unsaid(part) is is_thought]
    if len(parts) == len(content) and not any(_read_part(part) for part in parts):
        return content
    return "".join(map(_read_part, parts))


def _begins_with_thought(content: Any) -> bool:
    return isinstance(content, str) and content.lstrip().lower().startswith(THOUGHTS)


def _is_unsaid(part: Any) -> bool:
    return isinstance(part, dict) and str(part.get("type")) in UNSAID


def _read_part(part: Any) -> str:
    if isinstance(part, str):
        return part
    texts = (part.get(name) for name in ("text", "thinking")) if isinstance(part, dict) else ()
    return next(
        ("".join(map(_read_part, text)) if _is_list(text) else text for text in texts if text), ""
    )


def _decode(content: bytes, charset: str | None) -> str:
    """As UTF-8, which JSON is; where it is not, as the server says that it is."""
    for encoding in ("utf-8-sig", charset or "utf-8"):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return ""


def _is_something(said: Any) -> bool:
    return bool(said.strip()) if isinstance(said, str) else bool(said)


def _text(value: Any) -> str:
    """A text, "" for what is none."""
    return value if isinstance(value, str) and value.strip().lower() not in NO_TEXT else ""


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
