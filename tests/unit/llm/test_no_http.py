"""What answers at a model server's address and is no HTTP: a wrong address, and no bug of ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from services.failure.verdict import Act, Failure
from tests.unit.llm import fake_provider
from tests.unit.llm.fake_provider import KEY, FakeProvider, Said, completes, provide

WHOLE = Said(completes()).to_bytes()
HEAD, _, BODY = WHOLE.partition(b"\r\n")


class Foreign(FakeProvider):
    """Answers any POST with bytes."""

    answer = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = head.partition("content-length:")[2].split("\r\n")[0]
            await reader.readexactly(int(length or 0))
            is_get = head.startswith("get")
            writer.write(Said({"detail": "Not Found"}, 404).to_bytes() if is_get else self.answer)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def answering(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeProvider]:
    monkeypatch.setattr(Foreign, "answer", answer)
    monkeypatch.setattr(fake_provider, "FakeProvider", Foreign)
    async with provide(Said()) as provider:
        yield provider


@pytest.mark.parametrize(
    "answer",
    [
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"SSH-2.0-OpenSSH_9\r\n",
        b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
        b"hello\r\n\r\n",
        HEAD + b"\r\nset-cookie: " + b"a" * 70_000 + b"\r\n" + BODY,
        HEAD + b"\r\nx bad: 1\r\n" + BODY,
    ],
    ids=["a TLS alert", "SSH", "HTTP/2", "words", "a header of 70 kB", "a header with a space"],
)
async def test_what_is_no_http_parks_as_a_wrong_address_without_the_key(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with answering(answer, monkeypatch) as provider:
        error = await provider.fail()
    assert (error.failure, error.verdict.act) == (Failure.WRONG_ADDRESS, Act.PARK)
    assert KEY not in error.message
