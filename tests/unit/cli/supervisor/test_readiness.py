"""What a service says of itself, as its supervisor reads it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.cli.supervisor.readiness import HttpProbe, Readiness


@asynccontextmanager
async def serving(answer: bytes) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}/readyz"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n{}", Readiness(True)),
        (b'HTTP/1.1 503 No\r\n\r\n{"projectorLag":7}', Readiness(False, 7)),
        (b'HTTP/1.1 503 No\r\n\r\n{"projectorLag":null}', Readiness(False)),
        (b"HTTP/1.1 503 No\r\n\r\n[]", Readiness(False)),
        (b"HTTP/1.1 503 No\r\n\r\nnot JSON", Readiness(False)),
        (b"SSH-2.0\r\n", Readiness(False)),
        (b"", Readiness(False)),
    ],
)
async def test_an_answer_says_how_much_is_left(answer: bytes, expected: Readiness) -> None:
    async with serving(answer) as url:
        assert await HttpProbe(url, left="projectorLag").ask() == expected
