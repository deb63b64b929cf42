"""Bounds what is read of an answer, whatever the server sends and however it is compressed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx2

from services.llm.arrival.decoding import Decoder

MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""Twice what a record may hold: JSON may write a character in six bytes."""
MAX_STREAM_BYTES = 4 * MAX_ANSWER_BYTES
"""A stream takes some 290 bytes a token, of thoughts as well: llama.cpp's, as it was measured."""
ERROR_STATUS = 400
EVENTS = (
    "text/event-stream",
    "application/x-ndjson",
    "application/jsonl",
    "application/json-seq",
    "application/stream+json",
)


class AnswerTooLongError(httpx2.TransportError):
    """The server sent more than any answer has. The connection is closed, not read to its end."""


class LimitedStream(httpx2.AsyncByteStream):
    """A body that ends in an error when it grows too long.

    Args:
        body: The answer whose body is read.
        decoder: Of its compression.
    """

    def __init__(self, body: httpx2.Response, limit_bytes: int, decoder: Decoder) -> None:
        self._body = body
        self._limit_bytes = limit_bytes
        self._decoder = decoder

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body, decoded. An error answer that breaks off is read as far as it goes.

        Raises:
            AnswerTooLongError: It is longer than the limit.
            ReadError: It broke off, or is not what it says that it is.
        """
        size = 0
        try:
            with _as_read_error():
                async for chunk in self._body.aiter_bytes():
                    for piece in self._decoder.decode(chunk):
                        size += self._count(size, piece)
                        yield piece
                for piece in self._decoder.flush():
                    yield piece
        except (httpx2.ReadError, httpx2.RemoteProtocolError):
            if self._body.status_code < ERROR_STATUS:
                raise

    async def aclose(self) -> None:
        """Close the connection, or give it back if the body was read to its end."""
        with _as_read_error():
            await self._body.aclose()

    def _count(self, size: int, piece: bytes) -> int:
        if size + len(piece) > self._limit_bytes:
            raise AnswerTooLongError(f"more than {self._limit_bytes} bytes")
        return len(piece)


@contextmanager
def _as_read_error() -> Iterator[None]:
    """Whatever the parts of the HTTP client raise over a body is an error of reading it."""
    try:
        yield
    except httpx2.HTTPError:
        raise
    except Exception as error:
        raise httpx2.ReadError(str(error)) from error


async def limit_answer(response: httpx2.Response) -> None:
    """Bound the body of an answer before it is read, as a hook of the HTTP client."""
    told = response.headers.get("content-encoding", "").lower()
    # What we cannot decode ourselves is left to the HTTP client, which knows it or does nothing.
    others = [name for name in map(str.strip, told.split(",")) if name in ("br", "zstd")]
    headers = {"content-encoding": ", ".join(others)} if others else {}
    body = httpx2.Response(response.status_code, headers=headers, stream=response.stream)
    is_stream = response.headers.get("content-type", "").lower().startswith(EVENTS)
    limit = MAX_STREAM_BYTES if is_stream else MAX_ANSWER_BYTES
    response.stream = LimitedStream(body, limit, Decoder(is_deflate="deflate" in told))
    # Counted after it is decoded: a few bytes can stand for a gigabyte.
    response.headers.pop("content-encoding", None)
