"""How much of an answer is read."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx2
import openai
import pytest

from services.failure.error import StageError
from services.failure.verdict import Failure
from services.llm.arrival.answer_limit import MAX_ANSWER_BYTES, MAX_STREAM_BYTES, limit_answer
from services.llm.server.client_error import classify
from services.llm.server.settings import LlmSettings
from services.llm.server.transport import open_transport

CHUNK = b" " * 64 * 1024


class Body(httpx2.AsyncByteStream):
    """A body of so many chunks, which knows how many were taken and whether it was closed."""

    def __init__(self, chunk: bytes, count: int) -> None:
        self.chunk, self.count = chunk, count
        self.taken, self.is_closed = 0, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken < self.count:
            self.taken += 1
            yield self.chunk

    async def aclose(self) -> None:
        self.is_closed = True


async def call(
    body: Body, status: int = 200, headers: dict[str, str] | None = None
) -> httpx2.Response:
    """Call through the provider's client, which reads answers and errors in ways of its own."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, headers=headers, stream=body)

    http = httpx2.AsyncClient(
        transport=httpx2.MockTransport(answer), event_hooks={"response": [limit_answer]}
    )
    async with openai.AsyncOpenAI(
        api_key="k", base_url="http://model.test", max_retries=0, http_client=http
    ) as client:
        return await client.post("/chat/completions", cast_to=httpx2.Response, body={})


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_an_answer_without_an_end_is_a_failed_call_and_its_connection_is_closed(
    status: int,
) -> None:
    body = Body(CHUNK, count=10**9)
    with pytest.raises(openai.APIConnectionError) as raised:
        await call(body, status)
    failed = classify(raised.value)
    assert failed.failure is Failure.NOT_A_COMPLETION
    assert "longer than any suggestion" in failed.message
    assert body.taken == MAX_ANSWER_BYTES // len(CHUNK) + 1
    assert body.is_closed


async def test_a_compressed_answer_is_counted_by_what_it_stands_for() -> None:
    body = Body(gzip.compress(b" " * 2 * MAX_ANSWER_BYTES), count=1)
    with pytest.raises(openai.APIConnectionError):
        await call(body, headers={"content-encoding": "gzip"})


async def test_a_compressed_answer_within_the_limit_is_read_as_ever() -> None:
    body = Body(gzip.compress(b'{"a": 1}'), count=1)
    response = await call(body, headers={"content-encoding": "gzip", "x-request-id": "r1"})
    assert (response.content, response.headers["x-request-id"]) == (b'{"a": 1}', "r1")
    assert body.is_closed


async def test_an_answer_of_the_largest_size_is_read() -> None:
    response = await call(Body(CHUNK, count=MAX_ANSWER_BYTES // len(CHUNK)))
    assert len(response.content) == MAX_ANSWER_BYTES


async def test_a_stream_of_a_model_that_thinks_at_length_may_be_longer() -> None:
    chunks = MAX_STREAM_BYTES // len(CHUNK)
    events = {"content-type": "text/event-stream; charset=utf-8"}
    response = await call(Body(CHUNK, count=chunks), headers=events)
    assert len(response.content) == MAX_STREAM_BYTES
    with pytest.raises(openai.APIConnectionError):
        await call(Body(CHUNK, count=chunks + 1), headers=events)


async def test_calls_of_a_stage_are_bounded_so() -> None:
    """The real connection, against a server that never ends its answer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
            while True:
                writer.write(CHUNK)
                await writer.drain()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        settings = LlmSettings(base_url=f"http://127.0.0.1:{port}", model="m")
        async with open_transport(settings, 1) as transport:
            with pytest.raises(StageError, match="longer than any suggestion"):
                await transport.send({"model": "m", "messages": []})
