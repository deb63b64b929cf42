"""Reads the chat completion that a model server has answered with, tolerant of how it is made."""

from dataclasses import dataclass
from typing import Any

from schemas.job.record import Usage
from services.failure.error import ProviderError, StageError
from services.failure.verdict import Failure
from services.llm.exchange.native import find_choices
from services.llm.exchange.usage import find_usage, read_usage

NO_COMPLETION = "the model server's answer is no chat completion"
NO_TEXT = frozenset({"", "none", "null"})
"""What some servers write for nothing."""
THOUGHTS = ("<think", "<thought", "<reasoning", "[think]", "◁think▷")
THOUGHT_FIELDS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
ARGUMENTS = ("arguments", "input", "parameters", "args", "json")
PART_CALLS = ("input", "json", "arguments", "functionCall")
PART_TEXTS = ("text", "thinking", "value", "content", "parts")
CHOICE_TEXTS = ("message", "text", "content", "generated_text", "output")
UNSAID = frozenset({"thinking", "reasoning", "redacted_thinking"})


@dataclass(frozen=True)
class Choice:
    """One of the answers.

    Attributes:
        said: Where the answer may be, the likeliest first: texts, or objects.
        thoughts: Where it is if nothing was said: what the model thought.
        refusal: What the model says instead, "" where it does not decline.
        finish: Why it ends where it does, in lower case; "" where that is not told.
        error: What went wrong with this answer alone, None where nothing did.
        has_thought: Whether the model has thought before it answered.
    """

    said: tuple[Any, ...]
    thoughts: tuple[Any, ...] = ()
    refusal: str = ""
    finish: str = ""
    error: Any = None
    has_thought: bool = False


@dataclass(frozen=True)
class Completion:
    """The part of a chat completion that we read.

    Attributes:
        doubt: What is wrong if what was said is no answer, None where nothing is known of that.
    """

    model: str
    choices: tuple[Choice, ...]
    usage: Usage
    doubt: StageError | None = None


def read_completion(body: Any) -> Completion:
    """Read a chat completion.

    Raises:
        ProviderError: It is none.
    """
    found = find_choices(body)
    if found is None:
        raise ProviderError(NO_COMPLETION, failure=Failure.NOT_A_COMPLETION, code="not-json")
    holder, choices = found
    return Completion(
        model=holder["model"] if isinstance(holder.get("model"), str) else "",
        choices=tuple(map(_read_choice, filter(None, map(_open, choices)))),
        usage=read_usage(find_usage(holder)),
    )


def has_answer(body: Any) -> bool:
    """Whether a body holds anything that a model said."""
    found = find_choices(body)
    choices = filter(None, map(_open, found[1] if found else ()))
    return any(choice.said or choice.thoughts for choice in map(_read_choice, choices))


def _open(choice: Any) -> dict[str, Any] | None:
    """A choice; some servers have a text or a list in its place."""
    while _is_list(choice):
        choice = choice[0] if choice else None
    return {"text": choice} if isinstance(choice, str) else choice if _is_dict(choice) else None


def _read_choice(choice: dict[str, Any]) -> Choice:
    message = _find_message(choice)
    content = _as_parts(message.get("content"))
    calls = [*_list_calls(message.get("tool_calls")), message.get("function_call")]
    parts = content if _is_list(content) else []
    calls += [part.get("functionCall") or part for part in parts if _is_call(part)]
    told = (*(_arguments(call) for call in calls if call), _join(content), message.get("parsed"))
    thoughts = [_join(_as_parts(message.get(name))) for name in THOUGHT_FIELDS]
    thoughts.append(_join(content, is_thought=True))
    return Choice(
        said=tuple(item for item in told if _is_something(item)),
        thoughts=tuple(item for item in thoughts if _is_something(item)),
        refusal=_text(message.get("refusal")),
        finish=_text(choice.get("finish_reason") or choice.get("stop_reason")).lower(),
        error=choice.get("error") or None,
        has_thought=any(map(_is_something, thoughts)) or _begins_with_thought(content),
    )


def _find_message(choice: dict[str, Any]) -> dict[str, Any]:
    """What was said in a choice, also as a piece or as the last of several."""
    message: Any
    last: list[Any] = choice["messages"][::-1] if _is_list(choice.get("messages")) else []
    for message in (choice.get("message"), choice.get("delta"), *last):
        if _is_dict(message):
            return {"content": message.get("text"), **message}
    content = next((choice[name] for name in CHOICE_TEXTS if choice.get(name)), None)
    return {"content": content}


def _as_parts(content: Any) -> Any:
    """A content as a list of parts, where it is one part or says that it has some."""
    if _is_dict(content) and _is_list(content.get("parts")):
        return content["parts"]
    is_part = _is_dict(content) and any(isinstance(content.get(name), str) for name in PART_TEXTS)
    return [content] if is_part else content


def _is_call(part: Any) -> bool:
    return _is_dict(part) and any(_is_something(part.get(name)) for name in PART_CALLS)


def _list_calls(calls: Any) -> list[Any]:
    items = calls.values() if isinstance(calls, dict) and "function" not in calls else calls
    items = [items] if isinstance(items, dict | str) else items
    if isinstance(items, bool | int | float | None):
        return []
    return [_open_call(item) for item in items]


def _open_call(item: Any) -> Any:
    return (item.get("function") or item.get("custom") or item) if _is_dict(item) else item


def _arguments(call: Any) -> Any:
    """What a function is called with; Anthropic calls it input, others parameters.

    Of a call that is told as a text it is in that.
    """
    if not isinstance(call, dict):
        return call if isinstance(call, str) else None
    return next((call[name] for name in ARGUMENTS if _is_something(call.get(name))), None)


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
    """Gemini marks its thoughts, others call them by their type."""
    return _is_dict(part) and (part.get("thought") is True or str(part.get("type")) in UNSAID)


def _read_part(part: Any) -> str:
    """The text of a part, however deep it lies: OpenAI's assistants say `text: {value}`."""
    if isinstance(part, str):
        return part
    if _is_list(part):
        return "".join(_read_part(one) for one in part if not _is_unsaid(one))
    texts = (part.get(name) for name in PART_TEXTS) if isinstance(part, dict) else ()
    return next((_read_part(text) for text in texts if text), "")


def _is_something(said: Any) -> bool:
    return bool(said.strip()) if isinstance(said, str) else bool(said)


def _text(value: Any) -> str:
    """A text, "" for what is none."""
    return value if isinstance(value, str) and value.strip().lower() not in NO_TEXT else ""


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)
