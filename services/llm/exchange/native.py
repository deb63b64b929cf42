"""Finds the answers in a body, also where a server has its own form for them.

Beside `choices`: as in a wrapper of a gateway, in the forms of Ollama, Anthropic, Gemini, OpenAI's
Responses, Cohere and Cloudflare, and of servers that write a text. All come out as choices.
"""

from typing import Any

from services.llm.json.text import read_json

MAX_DEPTH = 4
WRAPPERS = (
    "data",
    "result",
    "response",
    "completion",
    "output",
    "body",
    "payload",
    "results",
    "outputs",
    "predictions",
    "generations",
    "completions",
)
TEXTS = (
    "response",
    "output_text",
    "generated_text",
    "generation",
    "outputText",
    "output",
    "result",
    "completion",
    "reply",
    "answer",
    "text",
    "content",
    "delta",
)
ENDS = ("finish_reason", "stop_reason", "finishReason", "done_reason", "stopReason")
OF_MESSAGE = frozenset({"role", "stop_reason", "stop", "stopReason"})
CAPITALS = frozenset({"Response", "Choices", "Output"})
"""Tencent and Amazon write names with capitals."""
OF_ENVELOPE = frozenset(
    {"id", "object", "type", "__type", "format", "error", "errors", "usage", "status", "message"}
)

Node = dict[str, Any]


def find_choices(body: Any, depth: int = MAX_DEPTH) -> tuple[Node, list[Any]] | None:
    """The answers in a body, and the object that they stand in; None where there are none."""
    is_inner = depth < MAX_DEPTH
    if is_inner and _is_list(body) and body and all(isinstance(item, str) for item in body):
        return {}, [_choose({}, {"content": "".join(body)})]
    if isinstance(body, list):
        return next(filter(None, (find_choices(item, depth) for item in body[:8])), None)
    if not isinstance(body, dict) or not depth:
        return None
    if CAPITALS & body.keys():
        body = _lower_names(body)
    if body.get("choices") is not None:
        return body, _list_choices(body["choices"])
    found = _read_message(body) or _read_candidates(body) or _read_output(body)
    if found is not None:
        return body, found
    for name in WRAPPERS:
        inner = _read_wrapped(body.get(name))
        wrapped = find_choices(inner, depth - 1)
        if wrapped is not None:
            return body | wrapped[0], wrapped[1]
    text = next((body[name] for name in TEXTS if _is_said(body.get(name))), None)
    return None if text is None else (body, [_choose(body, {"content": text})])


def _list_choices(choices: Any) -> list[Any]:
    """Choices as a list; some servers have one, or name them by their numbers."""
    if isinstance(choices, dict):
        items = list(choices.values())
        is_numbered = bool(items) and all(str(name).isdecimal() for name in choices)
        return items if is_numbered else [choices]
    return choices if isinstance(choices, list) else [choices]


def _read_message(body: Node) -> list[Any] | None:
    """Ollama and Cohere have one message, Anthropic and llama.cpp are one."""
    for name in ("message", "delta"):
        message = body.get(name)
        if isinstance(message, dict):
            return [_choose(body, _read_piece(message))]
    if "content" in body and OF_MESSAGE & body.keys():
        return [_choose(body, body)]
    return None


def _read_piece(message: Node) -> Node:
    """A message, or what a stream has of one: Anthropic's and Cohere's pieces are no messages."""
    inner = message.get("message")
    if isinstance(inner, dict):
        return inner
    if "content" in message:
        return message
    return message | {"content": message.get("text") or message.get("partial_json")}


def _read_candidates(body: Node) -> list[Any] | None:
    """Gemini's."""
    candidates = body.get("candidates")
    if not isinstance(candidates, list):
        return None
    return [_choose(one, {"content": one.get("content")}) for one in candidates if _is_dict(one)]


def _read_output(body: Node) -> list[Any] | None:
    """The items of OpenAI's Responses; the pieces of a text as Replicate has them."""
    output = body.get("output")
    if not isinstance(output, list) or not output:
        return None
    if all(isinstance(item, str) for item in output):
        return [_choose(body, {"content": "".join(output)})]
    items = [item for item in output if _is_dict(item) and item.get("type")]
    if not items:
        return None
    said = [item.get("content") for item in items if item["type"] == "message"]
    calls = [item for item in items if item["type"] in ("function_call", "tool_call")]
    thoughts = [item for item in items if item["type"] == "reasoning"]
    message = {"content": said, "tool_calls": calls, "reasoning_details": thoughts}
    return [_choose(body, message)]


def _read_wrapped(inner: Any) -> Any:
    """What is in a wrapper; a proxy's `body` is JSON in a text."""
    if isinstance(inner, str) and inner.lstrip().startswith("{"):
        try:
            return read_json(inner.lstrip())[0]
        except ValueError:
            return None
    return inner


def _lower_names(value: Any, depth: int = MAX_DEPTH * 2) -> Any:
    if isinstance(value, dict) and depth:
        return {str(name).lower(): _lower_names(child, depth - 1) for name, child in value.items()}
    return [_lower_names(child, depth - 1) for child in value] if isinstance(value, list) else value


def _choose(holder: Node, message: Node) -> Node:
    """A choice."""
    end = next((holder[name] for name in ENDS if isinstance(holder.get(name), str)), None)
    return {"message": message, "finish_reason": end, "index": 0}


def _is_said(value: Any) -> bool:
    """Whether a value may be what a model said: a text, or the object that was asked for."""
    if isinstance(value, dict):
        return bool(value) and not OF_ENVELOPE & value.keys()
    return isinstance(value, str | list) and bool(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)
