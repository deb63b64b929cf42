"""Bounds what is read of an answer, whatever the server sends and however it is compressed."""

from collections.abc import AsyncIterator

import httpx2

MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""Twice what a record may hold: JSON may write a character in six bytes."""
MAX_STREAM_BYTES = 4 * MAX_ANSWER_BYTES
"""A stream takes some 290 bytes a token, of thoughts as well: llama.cpp's, as it was measured."""
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
        body: The answer whose body is read, decoded.
    """

    def __init__(self, body: httpx2.Response, limit_bytes: int) -> None:
        self._body = body
        self._limit_bytes = limit_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body, decoded.

        Raises:
            AnswerTooLongError: It is longer than the limit.
        """
        size = 0
        async for chunk in self._body.aiter_bytes():
            size += len(chunk)
            if size > self._limit_bytes:
                raise AnswerTooLongError(f"more than {self._limit_bytes} bytes")
            yield chunk

    async def aclose(self) -> None:
        """Close the connection, or give it back if the body was read to its end."""
        await self._body.aclose()


async def limit_answer(response: httpx2.Response) -> None:
    """Bound the body of an answer before it is read, as a hook of the HTTP client."""
    body = httpx2.Response(response.status_code, headers=response.headers, stream=response.stream)
    is_stream = response.headers.get("content-type", "").lower().startswith(EVENTS)
    response.stream = LimitedStream(body, MAX_STREAM_BYTES if is_stream else MAX_ANSWER_BYTES)
    # Counted after it is decoded: a few bytes can stand for a gigabyte.
    response.headers.pop("content-encoding", None)
