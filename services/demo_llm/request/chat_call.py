"""A chat request as this server reads it: the messages, and in which form it wants an answer."""

import hashlib
import random
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.demo_llm.request.prompt_table import cut_blocks, drop_boundary

PROSE = "prose"


class Form(StrEnum):
    """How the answer is handed over; the steps of the ladder by which clients ask for JSON."""

    SCHEMA = "schema"
    TOOL = "tool"
    OBJECT = "object"
    FENCED = "fenced"


class TextPart(BaseModel):
    """A piece of a message; pictures and sounds have no text and are not looked at."""

    text: str = ""


class Message(BaseModel):
    """One message; its content may be text or a list of parts."""

    role: str
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """The text of the message, its parts joined by line ends."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class NamedSchema(BaseModel):
    """A JSON schema under a name, as `json_schema` has it."""

    name: str = ""
    strict: bool | None = None
    schema_: dict[str, Any] = Field(default_factory=dict, alias="schema")


class ResponseFormat(BaseModel):
    """`response_format` of a request."""

    type: str = "text"
    json_schema: NamedSchema | None = None


class Function(BaseModel):
    """A function that the model may, or must, call."""

    name: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)


class Tool(BaseModel):
    """A tool of a request; only functions are known here."""

    function: Function = Function()


class StreamOptions(BaseModel):
    """Whether the last chunk of a stream tells the usage."""

    include_usage: bool = False


class ChatCall(BaseModel):
    """The body of POST /v1/chat/completions; of what this server does not use it keeps the name."""

    model_config = ConfigDict(frozen=True, extra="allow")

    model: str
    messages: list[Message] = Field(min_length=1)
    response_format: ResponseFormat | None = None
    tools: list[Tool] = []
    tool_choice: str | dict[str, Any] | None = None
    max_completion_tokens: int | None = None
    max_tokens: int | None = None
    service_tier: str | None = None
    seed: int | None = None
    stream: bool = False
    stream_options: StreamOptions | None = None

    @cached_property
    def forced_function(self) -> Function | None:
        """The function that the client insists on, if any."""
        if isinstance(self.tool_choice, dict):
            said = self.tool_choice.get("function")
            name = said.get("name") if isinstance(said, dict) else None
            return next((t.function for t in self.tools if t.function.name == name), None)
        is_forced = self.tool_choice == "required" and self.tools
        return self.tools[0].function if is_forced else None

    @property
    def form(self) -> Form:
        """How the answer must be handed over."""
        kind = self.response_format.type if self.response_format else "text"
        if kind == "json_schema":
            return Form.SCHEMA
        if self.forced_function:
            return Form.TOOL
        return Form.OBJECT if kind == "json_object" else Form.FENCED

    @property
    def json_schema(self) -> dict[str, Any]:
        """The schema of the answer; empty when the request carries none."""
        if self.response_format and self.response_format.json_schema:
            return self.response_format.json_schema.schema_
        return self.forced_function.parameters if self.forced_function else {}

    def find_schema_name(self, known: tuple[str, ...]) -> str:
        """Return the name of the schema that is asked for, from the prompt if need be."""
        if self.response_format and self.response_format.json_schema:
            return self.response_format.json_schema.name or PROSE
        if self.forced_function:
            return self.forced_function.name
        # What users have typed must not say which stage is meant.
        ours = (cut_blocks(message.text) for message in self.messages)
        text = "\n".join(ours)
        return next((name for name in known if name in text), PROSE)

    @cached_property
    def traits(self) -> frozenset[str]:
        """What the call has that a server may not support: its fields and its form of answer."""
        given = {name for name in self.model_fields_set if getattr(self, name) is not None}
        if self.response_format:
            given.add(self.response_format.type)
            schema = self.response_format.json_schema
            given |= {"strict"} if schema and schema.strict else set()
        return frozenset(given | {"flex"} if self.service_tier == "flex" else given)

    @property
    def token_cap(self) -> int | None:
        """The most tokens of the answer; None for no limit."""
        return self.max_completion_tokens or self.max_tokens

    @cached_property
    def prompt_text(self) -> str:
        """All messages with their roles, in one fixed form."""
        return "\x00".join(f"{message.role}\x01{message.text}" for message in self.messages)

    @property
    def last_user_text(self) -> str:
        """The last message of the user, "" if there is none."""
        users = (message for message in reversed(self.messages) if message.role == "user")
        return next((message.text for message in users), "")

    def hash_call(self, schema_name: str) -> bytes:
        """Return what the answer is drawn from: equal calls have equal hashes."""
        parts = f"{drop_boundary(self.prompt_text)}\x02{schema_name}\x02{self.seed}"
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).digest()


def draw_from(call_hash: bytes, count: int = 0) -> random.Random:
    """Return the random numbers of a call; `count` tells repetitions of it apart."""
    return random.Random(int.from_bytes(call_hash[:8], "big") + count)
