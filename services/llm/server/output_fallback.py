"""How a model is asked for JSON: the output modes, and what a server is known to take.

Strict schema, schema, forced call of one function, JSON mode with the schema in the prompt, plain
text with a fenced block. A server that refuses one step is asked by the next, and that is
remembered; what comes back is validated the same at every step.
"""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from services.failure.error import StageError
from services.failure.verdict import Failure
from services.llm.exchange.output_mode import OutputMode
from services.llm.exchange.question import Messages, Question
from services.llm.exchange.response_format import narrow
from services.telemetry.log import get_log

log = get_log()


COUNTS = "minItems"
"""Stands for all that a schema of one call has and the static one has not."""
RENAMED = {"max_completion_tokens": "max_tokens"}
STREAM, STREAM_OPTIONS = "stream", "stream_options"
WHOLE = "whole"
"""Stands for an answer as a whole, where a server refuses that or is too slow for it."""


@dataclass
class OutputFallback:
    """What the server of this process takes, as it has told so far.

    Attributes:
        mode: The step that is asked by.
        is_fixed: Whether a setting says so: the step is then never lowered.
        takes_counts: Whether it is given a schema for each call, unless it refuses that.
        refused: Fields that the server does not know; they are left out, or renamed.
        streams: Whether answers are streamed: None once one as a whole was too slow in coming.
        is_stream_fixed: Whether a setting says so.
    """

    mode: OutputMode = OutputMode.STRICT
    is_fixed: bool = False
    takes_counts: bool = False
    refused: set[str] = field(default_factory=set)
    streams: bool | None = False
    is_stream_fixed: bool = False

    @property
    def is_streamed(self) -> bool:
        """Whether the next answer is asked for as a stream."""
        is_needed = WHOLE in self.refused and not self.is_stream_fixed
        return STREAM not in self.refused and bool(self.streams or is_needed)

    @property
    def is_slow(self) -> bool:
        """Whether an answer as a whole must be waited for as long as a stream would be."""
        return not self.is_stream_fixed and (self.streams is True or WHOLE in self.refused)

    @property
    def stream_fields(self) -> dict[str, Any]:
        """Says how the answer is to come. Some servers stream unless they are told not to."""
        if not self.is_streamed:
            return {STREAM: False}
        usage = {} if STREAM_OPTIONS in self.refused else {STREAM_OPTIONS: {"include_usage": True}}
        return {STREAM: True, **usage}

    def note_slow(self) -> bool:
        """Take in that an answer as a whole was too slow. Returns whether that changes anything."""
        if self.is_stream_fixed or self.streams is not None or WHOLE in self.refused:
            return False
        self.refused.add(WHOLE)
        log.warning("slow_server_streamed")
        return True

    def note_whole(self) -> bool:
        """Take in that a stream was asked for in vain. Returns whether that is new."""
        if STREAM in self.refused:
            return False
        self.refused.add(STREAM)
        log.warning("stream_not_given")
        return True

    def shape(self, question: Question, mode: OutputMode, extra: dict[str, Any]) -> dict[str, Any]:
        """The body of a call at a step, without what the server refuses."""
        if question.exact and self._asks_for_counts:
            exact = narrow(question.response_format, question.exact)
            question = replace(question, response_format=exact)
        request = _BY_MODE[mode](question) | extra
        return self._leave_out(request) if self.refused else request

    def give_way(self, error: StageError, mode: OutputMode, request: dict[str, Any]) -> bool:
        """Whether the same may be asked again at once, in a way that was not refused."""
        if error.failure is Failure.FORMAT_REFUSED:
            return self._drop_counts() or self.lower(mode)
        return error.failure is Failure.FIELD_REFUSED and self.drop(error.code, request)

    @property
    def _asks_for_counts(self) -> bool:
        return self.takes_counts and COUNTS not in self.refused

    def _drop_counts(self) -> bool:
        """Ask by the static schema from now on; False where that is done already."""
        if not self._asks_for_counts:
            return False
        self.refused.add(COUNTS)
        log.warning("schema_counts_dropped")
        return True

    def lower(self, refused: OutputMode) -> bool:
        """Go on below a step that was refused; False where there is none, or it is fixed."""
        below = refused.next
        if self.is_fixed or below is None:
            return False
        # Calls that were under way are refused as well, after the first has lowered it.
        if self.mode is refused:
            self.mode = below
            log.warning("ladder_lowered", refused=refused.value, below=below.value)
        return True

    def drop(self, name: str | None, request: dict[str, Any]) -> bool:
        """Leave out, from now on, a field that was refused; False where it was not sent."""
        if name is None or name not in request:
            return False
        if name == STREAM:
            return self._turn_stream(request)
        if name not in self.refused:
            self.refused.add(name)
            log.warning("field_dropped", field=name)
        return True

    def _turn_stream(self, request: dict[str, Any]) -> bool:
        """Ask for the other of stream and whole; False where that would be asked for as before."""
        was_streamed = bool(request[STREAM])
        if was_streamed:
            self.note_whole()
        elif not self.is_stream_fixed:
            self.refused.add(WHOLE)
            log.warning("whole_answer_refused")
        return self.is_streamed is not was_streamed

    def _leave_out(self, request: dict[str, Any]) -> dict[str, Any]:
        for name in (self.refused & request.keys()) - {STREAM}:
            value, other = request.pop(name), RENAMED.get(name)
            if other and other not in self.refused:
                request[other] = value
        return request


def _ask_strict(question: Question) -> dict[str, Any]:
    return {"messages": question.messages, "response_format": question.response_format}


def _ask_by_schema(question: Question) -> dict[str, Any]:
    schema = question.response_format["json_schema"] | {"strict": False}
    response_format = question.response_format | {"json_schema": schema}
    return {"messages": question.messages, "response_format": response_format}


def _ask_by_function(question: Question) -> dict[str, Any]:
    schema = question.response_format["json_schema"]
    function = {"name": schema["name"], "parameters": schema["schema"]}
    return {
        "messages": question.messages,
        "tools": [{"type": "function", "function": function}],
        "tool_choice": {"type": "function", "function": {"name": schema["name"]}},
    }


def _ask_for_object(question: Question) -> dict[str, Any]:
    messages = _tell_schema(question, "Answer with nothing but one JSON object")
    return {"messages": messages, "response_format": {"type": "json_object"}}


def _ask_for_text(question: Question) -> dict[str, Any]:
    return {"messages": _tell_schema(question, "Answer with one JSON object in a ```json block")}


def _tell_schema(question: Question, how: str) -> Messages:
    """The schema goes before the table's data, into the part that is the same for every call."""
    schema = question.response_format["json_schema"]
    text = json.dumps(schema["schema"], separators=(",", ":"))
    told = f"{how}, named {schema['name']}, that conforms to this JSON Schema:\n{text}"
    first, *rest = question.messages
    return [first | {"content": f"{first['content']}\n\n{told}"}, *rest]


_BY_MODE = {
    OutputMode.STRICT: _ask_strict,
    OutputMode.SCHEMA: _ask_by_schema,
    OutputMode.FUNCTION: _ask_by_function,
    OutputMode.OBJECT: _ask_for_object,
    OutputMode.TEXT: _ask_for_text,
}
