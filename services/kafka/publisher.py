"""Publishes records and waits for the broker's ack."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.kafka.headers import KafkaHeaders
from schemas.kafka.topics import MAX_RECORD_BYTES
from services.kafka.connection import REQUEST_OVERHEAD_BYTES, start_client
from services.kafka.settings import KafkaSettings
from services.kafka.value import PublishFailedError
from services.telemetry.log import get_log

SLOW_S = 10.0

log = get_log()


class Publisher:
    """Publishes and waits for the ack of every in-sync replica."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._broker_ahead_ms: float | None = None

    def broker_now_ms(self) -> float | None:
        """The broker's clock in Unix milliseconds, as its acks tell; None before the first one."""
        if self._broker_ahead_ms is None:
            return None
        return time.time() * 1000 + self._broker_ahead_ms

    async def publish(
        self,
        topic: str,
        key: bytes,
        value: bytes | None,
        headers: KafkaHeaders,
        timeout_s: float | None = None,
    ) -> None:
        """Publish one record.

        Without a limit this waits for as long as the broker is away: to send again what may only
        be late would double it.

        Raises:
            PublishFailedError: The broker refused it, or did not ack it within `timeout_s`; then
                it may still arrive.
        """
        try:
            async with asyncio.timeout(timeout_s):
                sent = await self._producer.send(topic, value, key, headers=headers)
                ack = await _await_ack(sent, topic)
            # Topics take the broker's time, and the ack says it.
            self._broker_ahead_ms = ack.timestamp - time.time() * 1000
        except TimeoutError as error:
            raise PublishFailedError(f"no ack for {topic} within {timeout_s:g} s") from error
        except KafkaError as error:
            raise PublishFailedError(f"{topic} refused the record: {error!r}") from error


async def _await_ack(sent: asyncio.Future[Any], topic: str) -> Any:
    loop = asyncio.get_running_loop()
    slow = loop.call_later(SLOW_S, lambda: log.warning("publish_waits", topic=topic))
    try:
        # A cancelled delivery future would break its whole batch.
        return await asyncio.shield(sent)
    finally:
        slow.cancel()


@asynccontextmanager
async def open_publisher(settings: KafkaSettings) -> AsyncIterator[Publisher]:
    """Connect a producer; on exit what is under way is flushed.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        linger_ms=settings.linger_ms,
        max_request_size=MAX_RECORD_BYTES + REQUEST_OVERHEAD_BYTES,
        request_timeout_ms=30_000,
    )
    await start_client(producer, settings)
    try:
        yield Publisher(producer)
    finally:
        await producer.stop()
