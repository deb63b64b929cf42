"""OpenAI's chat completion around an answer: whole, as a stream of chunks, or out of order."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from pydantic_core import to_json

from services.demo_llm.fault.fault import Fault, FaultKind
from services.demo_llm.request.chat_call import ChatCall, Form

CHUNK_CHARS = 64
BYTES_PER_TOKEN = 3
_CUT_SHARE = 8


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer before it becomes bytes. `content` is None for a refusal or a blank answer."""

    id: str
    call: ChatCall
    content: str | None
    finish_reason: str = "stop"
    refusal: str | None = None
    has_choice: bool = True
    is_context_cut: bool = False

    def to_body(self) -> bytes:
        """Return the JSON of a whole `chat.completion`."""
        message: dict[str, Any] = {"role": "assistant", "content": self.content}
        message["refusal"] = self.refusal
        if self.call.form is Form.TOOL and self.content is not None:
            message |= {"content": None, "tool_calls": [self._describe_tool_call(self.content)]}
        choice = {"index": 0, "message": message, "logprobs": None}
        choice["finish_reason"] = self.finish_reason
        choices = [choice] if self.has_choice else []
        return to_json(self._head("chat.completion") | {"choices": choices, "usage": self._usage()})

    def to_events(self) -> Iterator[bytes]:
        """Yield the server-sent events of a `chat.completion.chunk` stream, the end mark last."""
        yield self._event({"role": "assistant", "content": ""})
        content = self.content or ""
        for start in range(0, len(content), CHUNK_CHARS):
            yield self._event(self._describe_delta(content[start : start + CHUNK_CHARS], start))
        if self.refusal:
            yield self._event({"refusal": self.refusal})
        yield self._event({}, self.finish_reason)
        if self.call.stream_options and self.call.stream_options.include_usage:
            yield _frame(
                self._head("chat.completion.chunk") | {"choices": [], "usage": self._usage()}
            )
        yield b"data: [DONE]\n\n"

    def _event(self, delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        choices = [choice] if self.has_choice else []
        return _frame(self._head("chat.completion.chunk") | {"choices": choices})

    def _describe_delta(self, piece: str, start: int) -> dict[str, Any]:
        if self.call.form is not Form.TOOL:
            return {"content": piece}
        if start:
            return {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}
        return {"tool_calls": [{"index": 0} | self._describe_tool_call(piece)]}

    def _describe_tool_call(self, arguments: str) -> dict[str, Any]:
        function = self.call.forced_function
        name = function.name if function else ""
        return {
            "id": f"call-{self.id}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": int(time.time()),
            "model": self.call.model,
            "system_fingerprint": "demo",
        }

    def _usage(self) -> dict[str, Any]:
        asked = estimate_tokens(self.call.prompt_text)
        if self.is_context_cut:
            asked = ceil(asked / _CUT_SHARE)
        told = estimate_tokens(self.content or self.refusal or "")
        return {
            "prompt_tokens": asked,
            "completion_tokens": told,
            "total_tokens": asked + told,
            "estimated": True,
        }


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text has: a third of its UTF-8 bytes, rounded up."""
    return ceil(len(text.encode("utf-8", "surrogatepass")) / BYTES_PER_TOKEN)


def build_completion(
    call: ChatCall, answer_id: str, answer: dict[str, Any] | str, fault: Fault | None
) -> Completion:
    """Return the completion that hands over an answer, with the fault's disorder in it, if any."""
    content = answer if isinstance(answer, str) else to_json(answer).decode()
    if call.form is Form.FENCED and not isinstance(answer, str):
        content = f"Here is the table as JSON.\n\n```json\n{content}\n```"
    if fault is None or fault.kind is not FaultKind.ENVELOPE:
        # Providers say "stop" where the one function was named.
        is_any_tool = call.form is Form.TOOL and call.tool_choice == "required"
        reason = "tool_calls" if is_any_tool else "stop"
        return Completion(answer_id, call, content, reason)
    cap = (call.token_cap or len(content)) * BYTES_PER_TOKEN
    disorder: dict[str, dict[str, Any]] = {
        "cut": {"is_context_cut": True},
        "filter": {"content": content[: len(content) // 4], "finish_reason": "content_filter"},
        "refusal": {"content": None, "refusal": "I am sorry, I cannot help with that."},
        "length": {"content": content[: len(content) // 2], "finish_reason": "length"},
        "cap": {"content": content[:cap], "finish_reason": "length"} if cap < len(content) else {},
        "empty": {"has_choice": False},
        "blank": {"content": None},
        "half": {"content": content[: len(content) // 2]},
        "fenced": {"content": f"```json\n{content}\n```"},
        "nonsense": {"content": "Sure! Here is your table: {columns: [Name, Size,"},
    }
    fields: dict[str, Any] = {"content": content} | disorder[fault.name]
    return Completion(answer_id, call, **fields)


def _frame(chunk: dict[str, Any]) -> bytes:
    return b"data: " + to_json(chunk) + b"\n\n"
