"""Publishing for a request: what is late is waited for, and not sent again."""

import asyncio

import pytest

from schemas.kafka.headers import KafkaHeaders
from services.gateway.database.database import Database
from services.gateway.outbox.record_writer import RecordWriter
from services.kafka import PublishFailedError
from tests.factory import NOW
from tests.unit.gateway.example import TOPICS


class SlowBroker:
    """Acks when told to."""

    def __init__(self) -> None:
        self.sent = 0
        self.acks = asyncio.Event()

    async def publish(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        self.sent += 1
        await self.acks.wait()


async def test_a_repeat_of_what_is_only_late_waits_for_it(database: Database) -> None:
    broker = SlowBroker()
    writer = RecordWriter(database, broker, TOPICS, 0.01, lambda: NOW)
    for _ in range(2):
        with pytest.raises(PublishFailedError, match="no ack"):
            await writer.publish("t", b"job", b"", [])
    broker.acks.set()
    await writer.publish("t", b"job", b"", [])
    assert broker.sent == 1
    await writer.publish("t", b"job", b"", [])
    assert broker.sent == 2
