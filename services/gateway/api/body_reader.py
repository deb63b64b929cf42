"""Reads the body of a POST within limits: content type, size, time, and large ones at a time."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar, TypeVarTuple

from starlette.requests import Request

from schemas.job.request import MAX_REQUEST_BYTES
from schemas.kafka.headers import cut
from services.gateway.api.problem import ProblemError, refuse_when_busy
from services.gateway.compute.compute import LARGE_BYTES, Compute
from services.telemetry.metric import HTTP_REFUSED, LARGE_BODIES

PLAIN = "identity"
CLOSE = {"Connection": "close"}
"""What is still to come of the body is not read."""


@dataclass(frozen=True)
class Media:
    """What a body is to be.

    Attributes:
        advice: Says so to who has sent something else.
    """

    types: re.Pattern[str]
    advice: str


JSON = Media(
    re.compile(r"application/(?:[\w.-]+\+)?json", re.IGNORECASE),
    "send JSON with content-type: application/json",
)
FORM = Media(
    re.compile("application/x-www-form-urlencoded", re.IGNORECASE), "send a form of the console"
)

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class BodyReader:
    """Reads bodies.

    Args:
        timeout_s: How long a client may take to send one, in seconds.
        most_large: How many large ones are in hand at a time.
    """

    def __init__(self, compute: Compute, timeout_s: float, most_large: int) -> None:
        self._compute = compute
        self._timeout_s = timeout_s
        self._most_large = most_large
        self._large = 0

    @asynccontextmanager
    async def read(
        self,
        request: Request,
        parse: Callable[[bytes, *Ts], T],
        *arguments: *Ts,
        media: Media = JSON,
    ) -> AsyncIterator[T]:
        """Read what a client sends; within the context it is in hand.

        Args:
            parse: Reads the body; a function of a module, which raises what is wrong with it.

        Raises:
            ProblemError: 408, 413, 415, 503, or what `parse` raises; nothing has been kept.
        """
        _refuse_other_types(request.headers.get("content-type", ""), media)
        _refuse_encoded(request.headers.get("content-encoding", ""))
        chunks = _Chunks()
        try:
            await self._read_in_time(request, chunks)
            yield await self._compute.run(chunks.size, parse, chunks.join(), *arguments)
        finally:
            self._count(-1 if chunks.is_large else 0)

    async def _read_in_time(self, request: Request, chunks: "_Chunks") -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                async for chunk in request.stream():
                    self._take(chunks, chunk)
        except TimeoutError as error:
            HTTP_REFUSED.labels("slow body").inc()
            detail = f"the body did not arrive within {self._timeout_s:g} s"
            status = HTTPStatus.REQUEST_TIMEOUT
            raise ProblemError(status, "body-too-slow", detail, headers=CLOSE) from error

    def _take(self, chunks: "_Chunks", chunk: bytes) -> None:
        chunks.add(chunk)
        if chunks.size > MAX_REQUEST_BYTES:
            raise ProblemError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "body-too-large",
                f"the body is larger than {MAX_REQUEST_BYTES} bytes",
                headers=CLOSE,
            )
        if chunks.size < LARGE_BYTES or chunks.is_large:
            return
        if self._large >= self._most_large:
            HTTP_REFUSED.labels("large bodies").inc()
            raise refuse_when_busy(f"{self._large} large bodies are in hand", CLOSE)
        chunks.is_large = True
        self._count(1)

    def _count(self, more: int) -> None:
        self._large += more
        LARGE_BODIES.set(self._large)


class _Chunks:
    """What has arrived of a body. Large ones are counted."""

    def __init__(self) -> None:
        self.size = 0
        self.is_large = False
        self._parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        self.size += len(part)
        self._parts.append(part)

    def join(self) -> bytes:
        return b"".join(self._parts)


def _refuse_other_types(content_type: str, media: Media) -> None:
    media_type = content_type.partition(";")[0].strip()
    if not media.types.fullmatch(media_type):
        seen = f"is {cut(media_type, 64)!r}" if media_type else "is missing"
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            f"the content type {seen}: {media.advice}",
        )


def _refuse_encoded(encoding: str) -> None:
    """After RFC 9110, 8.4: with the encodings that there are."""
    if encoding.strip().lower() not in ("", PLAIN):
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            f"the content encoding is {cut(encoding, 64)!r}: send the body as it is",
            headers={"Accept-Encoding": PLAIN},
        )
