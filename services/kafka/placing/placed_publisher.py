"""Publishes records into the partition that they were in, with the time that they had.

Whole batches at a time, each to one log: the client then neither places a record nor waits for one.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder

from schemas.kafka.topics import MAX_RECORD_BYTES
from services.kafka.connection import REQUEST_OVERHEAD_BYTES, address, start_client
from services.kafka.settings import KafkaSettings
from services.kafka.value import ConsumedRecord, Position, PublishFailedError

BATCH_BYTES = 512 * 1024
"""A larger record is a batch by itself."""
CREATE_TIME = 0
"""What an ack says of a topic that keeps the times of its writers."""


class PlacedPublisher:
    """Publishes to logs, batch by batch.

    Args:
        keeps_times: Whether the logs must keep the records' own times.
    """

    def __init__(self, producer: AIOKafkaProducer, *, keeps_times: bool) -> None:
        self._producer = producer
        self._keeps_times = keeps_times

    async def publish(self, position: Position, records: Iterable[ConsumedRecord]) -> None:
        """Append records to a log, in their order; one batch is under way while the next is made.

        Raises:
            PublishFailedError: The broker refused some, does not answer, or gives them a time of
                its own. Those before are there.
        """
        topic, partition = position
        try:
            under_way: asyncio.Future[Any] | None = None
            for batch in self._fill(records):
                sent = await self._producer.send_batch(batch, topic, partition=partition)
                sent.add_done_callback(_take_note)
                await self._await_ack(topic, under_way)
                under_way = sent
            await self._await_ack(topic, under_way)
        except KafkaError as error:
            raise PublishFailedError(f"{topic} [{partition}] takes no more: {error!r}") from error

    async def _await_ack(self, topic: str, sent: "asyncio.Future[Any] | None") -> None:
        if sent is None:
            return
        ack = await sent
        if self._keeps_times and ack.timestamp_type != CREATE_TIME:
            raise PublishFailedError(f"{topic} gives records the broker's time, not their own")

    def _fill(self, records: Iterable[ConsumedRecord]) -> Iterable[BatchBuilder]:
        batch = self._producer.create_batch()
        for record in records:
            if not _append(batch, record):
                yield batch
                batch = self._producer.create_batch()
                _append(batch, record)
        if batch.record_count():
            yield batch


def _append(batch: BatchBuilder, record: ConsumedRecord) -> bool:
    """Whether there was room; there is for the first."""
    added = batch.append(
        timestamp=record.timestamp_ms,
        key=record.key,
        value=record.value,
        headers=list(record.headers),
    )
    return added is not None


def _take_note(sent: "asyncio.Future[Any]") -> None:
    """Where another batch has failed before, nobody waits for this one."""
    if not sent.cancelled():
        sent.exception()


@asynccontextmanager
async def open_placed_publisher(
    settings: KafkaSettings, *, keeps_times: bool = True
) -> AsyncIterator[PlacedPublisher]:
    """Connect a producer.

    Args:
        keeps_times: Whether the logs must keep the records' own times.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    producer = AIOKafkaProducer(
        **address(settings),
        acks="all",
        enable_idempotence=True,
        max_batch_size=BATCH_BYTES,
        max_request_size=MAX_RECORD_BYTES + REQUEST_OVERHEAD_BYTES,
        request_timeout_ms=30_000,
    )
    await start_client(producer, settings)
    try:
        yield PlacedPublisher(producer, keeps_times=keeps_times)
    finally:
        await producer.stop()
