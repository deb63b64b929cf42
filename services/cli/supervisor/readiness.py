"""How a service shows that it is ready."""

import asyncio
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

PROBE_TIMEOUT_S = 5.0


class Probe(Protocol):
    """A question to a service; asked until it holds."""

    async def holds(self) -> bool:
        """Whether the service is ready now. Never raises because the service is not there."""
        ...


@dataclass(frozen=True)
class HttpProbe:
    """Ready once a GET of the URL is answered with 200."""

    url: str

    async def holds(self) -> bool:
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_S):
                return await self._get_status() == 200
        except (OSError, ValueError, IndexError):
            return False

    async def _get_status(self) -> int:
        parts = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            head = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
            return int((await reader.readline()).split()[1])
        finally:
            writer.close()
