"""Asks a broker, in Kafka's own bytes, whether it serves: no client library needed for that."""

import asyncio
import struct
from dataclasses import dataclass

from services.cli.supervisor.readiness import NOT_THERE, Readiness

_METADATA_KEY = 3
_METADATA_VERSION = 1
_CORRELATION_ID = 1
_CLIENT_ID = b"brainshare"
PROBE_TIMEOUT_S = 2.0


def metadata_request() -> bytes:
    """A Metadata request (version 1, no topics) with its length in front."""
    head = struct.pack(">hhih", _METADATA_KEY, _METADATA_VERSION, _CORRELATION_ID, len(_CLIENT_ID))
    body = head + _CLIENT_ID + struct.pack(">i", 0)
    return struct.pack(">i", len(body)) + body


def count_brokers(reply: bytes) -> int:
    """How many brokers a Metadata reply names. A broker that is still fenced names none."""
    correlation_id, brokers = struct.unpack_from(">ii", reply)
    return int(brokers) if correlation_id == _CORRELATION_ID else 0


@dataclass(frozen=True)
class KafkaProbe:
    """Ready once a broker there answers and counts itself in."""

    host: str
    port: int

    async def ask(self) -> Readiness:
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_S):
                return Readiness(count_brokers(await self._exchange()) > 0)
        except (OSError, asyncio.IncompleteReadError, struct.error):
            return NOT_THERE

    async def _exchange(self) -> bytes:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(metadata_request())
            (size,) = struct.unpack(">i", await reader.readexactly(4))
            return await reader.readexactly(size)
        finally:
            writer.close()
