"""A model server over HTTP that answers as it is told, and the product's client of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic_core import from_json, to_json

from schemas.table.wire import WireRows
from services.failure.error import StageError
from services.llm.client import ModelClient
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Question
from services.llm.exchange.response_format import response_format
from services.llm.limit.concurrency import Concurrency
from services.llm.limit.turn import TurnQueue
from services.llm.server.settings import LlmSettings
from services.llm.server.transport import open_transport
from services.llm.server_memory import ServerMemory

KEY = "sk-canary-0123456789"
ROWS = '{"rows": [{"cells": ["Malawi", "706"]}]}'
READ = '{"rows":[{"cells":["Malawi","706"]}]}'
QUESTION = Question(
    [{"role": "user", "content": "DATA " * 400}], response_format("row_suggestions_v1", WireRows)
)

Request = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """An answer: a status, a body, headers."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """The answer as HTTP/1.1 has it, with the connection closed behind it."""
        body = self.body if isinstance(self.body, bytes) else to_json(self.body)
        told = {"content-type": "application/json", "content-length": str(len(body))}
        lines = [f"{name}: {value}" for name, value in (told | self.headers).items()]
        head = "\r\n".join([f"HTTP/1.1 {self.status} X", *lines, "connection: close", "", ""])
        return head.encode() + body


Reaction = Said | Callable[[Request], Said]


def completes(content: Any = ROWS, **choice: Any) -> dict[str, Any]:
    """A chat completion; of its choice all can be given, its message too."""
    message = {"role": "assistant", "content": content} | choice.pop("message", {})
    usage = {"prompt_tokens": 700, "completion_tokens": 10, "total_tokens": 710}
    whole = {"index": 0, "message": message, "finish_reason": "stop"} | choice
    return {"id": "x", "object": "chat.completion", "model": "m", "choices": [whole]} | {
        "usage": usage
    }


class FakeProvider:
    """A server, and what it was asked.

    Args:
        reactions: How it answers, one after the other, the last for ever.
    """

    def __init__(self, *reactions: Reaction) -> None:
        self._reactions = list(reactions)
        self.requests: list[Request] = []
        self.client: ModelClient

    async def ask(self, question: Question = QUESTION) -> Answer:
        """Ask it, as a stage does."""
        return await self.client.ask(question)

    async def fail(self, question: Question = QUESTION) -> StageError:
        """Ask it, and take the failure."""
        with pytest.raises(StageError) as raised:
            await self.client.ask(question)
        return raised.value

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = head.partition("content-length:")[2].split("\r\n")[0]
            body = await reader.readexactly(int(length or 0))
            writer.write(self._react(head, body).to_bytes())
            await writer.drain()
        writer.close()

    def _react(self, head: str, body: bytes) -> Said:
        if head.startswith("get"):
            return Said({"detail": "Not Found"}, 404)
        self.requests.append(from_json(body))
        reaction = self._reactions.pop(0) if len(self._reactions) > 1 else self._reactions[0]
        return reaction if isinstance(reaction, Said) else reaction(self.requests[-1])


@asynccontextmanager
async def provide(
    *reactions: Reaction, memory: ServerMemory | None = None, **settings: Any
) -> AsyncIterator[FakeProvider]:
    """A server that answers so, with a client of it."""
    provider = FakeProvider(*reactions)
    async with await asyncio.start_server(provider.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        known = {"api_key": KEY, "base_url": f"http://127.0.0.1:{port}/v1", "model": "m"}
        chosen = LlmSettings(**(known | settings))
        async with open_transport(chosen, 4) as transport:
            provider.client = ModelClient(
                transport, chosen, TurnQueue(Concurrency(4)), memory=memory
            )
            yield provider
