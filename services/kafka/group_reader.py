"""Reads topics as a member of a group, with offsets that the caller commits."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from services.kafka.connection import PARTITION_FETCH_BYTES, start_client
from services.kafka.log_reader import (
    IDLE_FETCH_WAIT_MS,
    MAX_POLL_INTERVAL_MS,
    to_consumed,
    wait_for_fetch,
)
from services.kafka.settings import KafkaSettings
from services.kafka.value import ConsumedRecord, Position
from services.telemetry.log import get_log

log = get_log()


class GroupReader(ConsumerRebalanceListener):  # type: ignore[misc]
    """Reads its share of some topics.

    Attributes:
        generation: Grows with every assignment; what was held in an older one is held no longer.
    """

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._held: set[Position] = set()
        self.generation = 0

    async def read(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        """Take what has arrived, in offset order per partition; [] when nothing has."""
        batches = await self._consumer.getmany(
            timeout_ms=int(timeout_s * 1000), max_records=max_records
        )
        # A partition that is released is not in the fetch under way and waits for its end.
        wait_for_fetch(self._consumer, is_busy=bool(batches or self._held))
        return [to_consumed(record) for batch in batches.values() for record in batch]

    def hold(self, position: Position, offset: int) -> None:
        """Go back to an offset, and give nothing of this partition until it is released."""
        partition = TopicPartition(*position)
        self._held.add(position)
        if partition in self._consumer.assignment():
            self._consumer.seek(partition, offset)
            self._consumer.pause(partition)

    def release(self, position: Position) -> None:
        """Give records of this partition again."""
        partition = TopicPartition(*position)
        self._held.discard(position)
        if partition in self._consumer.assignment():
            self._consumer.resume(partition)

    async def commit(self, next_offsets: Mapping[Position, int]) -> None:
        """Commit. Where a partition has gone to another member, that one does the work again."""
        offsets = {TopicPartition(*position): at for position, at in next_offsets.items()}
        try:
            await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError, KafkaError) as error:
            log.warning("commit_refused", error=type(error).__name__)

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Part of aiokafka's interface."""

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Forget what was held: a partition that comes back must not stay paused for ever."""
        self.generation += 1
        self._held.clear()
        self._consumer.resume(*assigned)
        await asyncio.sleep(0)  # noqa: TID251 - lets the assignment settle


@asynccontextmanager
async def open_group_reader(
    settings: KafkaSettings, topics: Sequence[str], group: str, instance_id: str
) -> AsyncIterator[GroupReader]:
    """Join a group as a static member.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers,
        group_id=group,
        group_instance_id=instance_id,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=45_000,
        heartbeat_interval_ms=6_000,
        rebalance_timeout_ms=60_000,
        request_timeout_ms=75_000,
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        max_partition_fetch_bytes=PARTITION_FETCH_BYTES,
        fetch_max_wait_ms=IDLE_FETCH_WAIT_MS,
    )
    reader = GroupReader(consumer)
    consumer.subscribe(topics, listener=reader)
    await start_client(consumer, settings)
    try:
        yield reader
    finally:
        await consumer.stop()
