"""How a service shows that it is ready, or how far it is from it."""

import asyncio
import json
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

PROBE_TIMEOUT_S = 5.0
READY = (200, 401)


@dataclass(frozen=True)
class Readiness:
    """Where a service stands.

    Attributes:
        left: How much it has still to do; None where it does not say.
    """

    is_ready: bool
    left: int | None = None


NOT_THERE = Readiness(is_ready=False)


class Probe(Protocol):
    """A question to a service; asked until it is ready."""

    async def ask(self) -> Readiness:
        """Where the service stands now. Never raises because the service is not there."""
        ...


@dataclass(frozen=True)
class HttpProbe:
    """Ready once a GET of the URL is answered with 200, or with 401: it is up and asks for a key.

    Attributes:
        left: The field of another answer that says how much is left to do.
    """

    url: str
    left: str | None = None

    async def ask(self) -> Readiness:
        status, body = await fetch(self.url) or (0, b"")
        return Readiness(status in READY, self._read_left(body))

    def _read_left(self, body: bytes) -> int | None:
        try:
            left = json.loads(body)[self.left]
        except (ValueError, LookupError, TypeError):
            return None  # it says nothing of the kind
        return left if isinstance(left, int) else None


async def fetch(url: str) -> tuple[int, bytes] | None:
    """The status and body of a GET; None where nothing answers it, or not in HTTP."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            return await _get(url)
    except (OSError, ValueError, IndexError):
        return None


async def _get(url: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        head = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        status = int((await reader.readline()).split()[1])
        while (await reader.readline()).strip():
            pass  # its headers
        return status, await reader.read()
    finally:
        writer.close()
