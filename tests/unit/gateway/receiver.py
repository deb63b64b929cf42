"""A receiver of webhooks: a real server on this machine that answers as it is told to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Answer:
    """What a request is answered with; hanging, with nothing."""

    status: int = 204
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    hangs: bool = False


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Answers with what is scripted, then with 204.

    Attributes:
        open: Requests that are not answered yet.
        together: Ids that came while a request with the same id was not answered yet.
    """

    port: int = 0
    script: list[Answer] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    always: Answer = field(default_factory=Answer)
    open: list[str] = field(default_factory=list)
    most_open: int = 0
    together: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [request.id for request in self.received]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read(reader)) is not None:
                answer = await self._take(request, reader)
                if answer.hangs:
                    break
                writer.write(_write(answer))
                await writer.drain()
        except ConnectionError:
            pass

    async def _take(self, request: Received, reader: asyncio.StreamReader) -> Answer:
        self.received.append(request)
        self.together += [request.id] if request.id in self.open else []
        self.open.append(request.id)
        self.most_open = max(self.most_open, len(self.open))
        answer = self.script.pop(0) if self.script else self.always
        try:
            if answer.hangs:
                await reader.read()  # until the client goes away
        finally:
            self.open.remove(request.id)
        return answer


async def _read(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(first.split(" ")[1], headers, body.decode())


def _write(answer: Answer) -> bytes:
    length = [] if answer.status == 204 else [("Content-Length", str(len(answer.body)))]
    lines = [f"HTTP/1.1 {answer.status} X", *(f"{n}: {v}" for n, v in [*answer.headers, *length])]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + answer.body


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver, until the context is left."""
    receiver = Receiver()
    async with listening(receiver.serve) as receiver.port:
        yield receiver


@asynccontextmanager
async def listening(serve: Serve, port: int = 0) -> AsyncIterator[int]:
    """The port of a server, which is closed with all of its connections."""
    connections = set[asyncio.Task[None]]()

    async def serve_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            with suppress(asyncio.CancelledError):  # asyncio reports it as a fault
                await serve(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            connections.discard(task)

    server = await asyncio.start_server(serve_and_close, "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
