"""A model server over HTTP that sends its answers piece by piece, and sees who hangs up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from pydantic_core import from_json, to_json

from services.llm.arrival.pulse import Pulse
from services.llm.client import ModelClient
from services.llm.limit.concurrency import Concurrency
from services.llm.limit.turn import HANDOVER_S, TurnQueue
from services.llm.server.profile import ProfileName
from services.llm.server.settings import LlmSettings
from services.llm.server.transport import open_transport
from services.llm.server_memory import ServerMemory

Request = dict[str, Any]
USAGE = {"prompt_tokens": 700, "completion_tokens": 10, "total_tokens": 710}


def chunk(content: str | None = None, finish: str | None = None, **more: Any) -> bytes:
    """An event of a stream, in OpenAI's form."""
    delta = {} if content is None else {"content": content}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event({"object": "chat.completion.chunk", "model": "m", "choices": [choice]} | more)


def event(body: Any) -> bytes:
    """An event of a stream."""
    return b"data: " + to_json(body) + b"\n\n"


def stream(content: str, size: int = 4) -> list[bytes]:
    """A whole stream of a content, a few characters an event."""
    pieces = [content[place : place + size] for place in range(0, len(content), size)]
    usage = event({"model": "m", "choices": [], "usage": USAGE})
    return [*map(chunk, pieces), chunk(finish="stop"), usage, DONE]


DONE = b"data: [DONE]\n\n"


class Line:
    """The connection of one call, from the server's side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def begin(
        self, status: int = 200, kind: str = "text/event-stream", more: str = "connection: close"
    ) -> None:
        """Send the head of an answer."""
        head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n{more}\r\n\r\n"
        await self.send(head.encode())

    async def send(self, *pieces: bytes) -> None:
        """Send pieces, each by itself."""
        for piece in pieces:
            self._writer.write(piece)
            await self._writer.drain()

    async def think(self, seconds: float) -> None:
        """Let the model work for so long."""
        await asyncio.sleep(seconds)  # noqa: TID251 - a simulated model's time

    async def await_hangup(self) -> None:
        """Wait until the client has closed the connection."""
        with suppress(ConnectionError):
            while await self._reader.read(1024):
                """Nothing more is asked for."""

    def reset(self) -> None:
        """Break the connection off."""
        self._writer.transport.abort()


Answer = Callable[[Request, Line], Awaitable[None]]


class StreamServer:
    """A server, and what it was asked.

    Args:
        told: What it tells of itself, by path.
    """

    def __init__(self, *answers: Answer, told: dict[str, Any] | None = None) -> None:
        self._answers = list(answers)
        self._told = told or {}
        self.looks: list[str] = []
        self.heads: list[str] = []
        self.requests: list[Request] = []
        self.client: ModelClient
        self._serving: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        with suppress(asyncio.CancelledError):
            await task
        writer.close()

    async def close(self) -> None:
        """Break off whatever is being answered."""
        for task in self._serving:
            task.cancel()
        await asyncio.wait(self._serving) if self._serving else None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = head.partition("content-length:")[2].split("\r\n")[0]
            body = await reader.readexactly(int(length or 0))
            if head.startswith("get"):
                await self._tell(head.split()[1], Line(reader, writer))
            else:
                self.heads.append(head)
                self.requests.append(from_json(body))
                answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                await answer(self.requests[-1], Line(reader, writer))

    async def _tell(self, path: str, line: Line) -> None:
        self.looks.append(path)
        await line.begin(200 if path in self._told else 404, "application/json")
        await line.send(to_json(self._told.get(path, {"error": {"message": "File Not Found"}})))


def sends(*pieces: bytes, kind: str = "text/event-stream") -> Answer:
    """Answers with pieces, and ends."""

    async def answer(request: Request, line: Line) -> None:
        await line.begin(kind=kind)
        await line.send(*pieces)

    return answer


@asynccontextmanager
async def provide_stream(
    *answers: Answer,
    memory: ServerMemory | None = None,
    pulse: Pulse | None = None,
    concurrency: Concurrency | None = None,
    told: dict[str, Any] | None = None,
    handover_s: float = HANDOVER_S,
    **settings: Any,
) -> AsyncIterator[StreamServer]:
    """A server that answers so, with a client of it that has the profile of llama.cpp."""
    server = StreamServer(*answers, told=told)
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        known = {"base_url": f"http://127.0.0.1:{port}/v1", "model": "m"}
        known |= {"profile": ProfileName.LLAMACPP}
        chosen = LlmSettings(**(known | settings))
        turns = TurnQueue(concurrency or Concurrency(4), handover_s=handover_s)
        async with open_transport(chosen, turns.concurrency.ceiling, pulse) as transport:
            server.client = ModelClient(transport, chosen, turns, memory=memory)
            yield server
            await server.close()
