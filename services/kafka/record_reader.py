"""Reads single records, wherever they lie, without a group."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from services.kafka.batch import to_consumed
from services.kafka.connection import address, start_client, telling
from services.kafka.log_reader import BUSY_FETCH_WAIT_MS
from services.kafka.settings import KafkaSettings
from services.kafka.value import BrokerUnavailableError, ConsumedRecord, Position

READ_S = 10.0
FETCH_MS = 500
FETCH_BYTES = 64 * 1024
"""What comes with a record is read and thrown away. A larger record comes whole all the same, since
its partition is the only one of the request."""


class RecordReader:
    """Reads single records. It fetches nothing while it is not asked. One reads at a time."""

    def __init__(self, consumer: AIOKafkaConsumer, partitions: Sequence[Position]) -> None:
        self._consumer = consumer
        self._partitions = [TopicPartition(*position) for position in partitions]
        self._reading = asyncio.Lock()

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        """The first offset that each partition still holds, and the one that comes next.

        Raises:
            BrokerUnavailableError: The broker does not answer as needed.
        """
        with telling("where the logs begin and end"):
            begin = await self._consumer.beginning_offsets(self._partitions)
            end = await self._consumer.end_offsets(self._partitions)
        return _by_position(begin), _by_position(end)

    async def first_since(
        self, times_ms: Mapping[Position, int]
    ) -> dict[Position, tuple[int, int]]:
        """Offset and append time of the first record at or after the given Unix milliseconds.

        Raises:
            BrokerUnavailableError: The broker does not answer as needed.
        """
        wanted = {TopicPartition(*position): time for position, time in times_ms.items()}
        try:
            async with asyncio.timeout(READ_S):
                found = await self._consumer.offsets_for_times(wanted)
        except (KafkaError, TimeoutError) as error:
            raise BrokerUnavailableError(f"where records of a time are: {error!r}") from error
        known = ((tp, at) for tp, at in found.items() if at is not None)
        return {(tp.topic, tp.partition): (at.offset, at.timestamp) for tp, at in known}

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        """The record at an offset; None where the log does not hold it any more.

        Raises:
            BrokerUnavailableError: The broker does not answer as needed.
        """
        partition = TopicPartition(*position)
        async with self._reading:
            self._consumer.assign([partition])
            self._consumer.seek(partition, offset)
            try:
                async with asyncio.timeout(READ_S):
                    return await self._read(partition, offset)
            except OffsetOutOfRangeError:
                return None
            except (KafkaError, TimeoutError) as error:
                where = f"{partition.topic} partition {partition.partition} offset {offset}"
                raise BrokerUnavailableError(f"{where}: {error!r}") from error
            finally:
                self._consumer.assign([])

    async def _read(self, partition: TopicPartition, offset: int) -> ConsumedRecord | None:
        # An aborted record, and the marker of its transaction, are passed over without a word.
        while await self._consumer.position(partition) <= offset:
            for records in (await self._consumer.getmany(timeout_ms=FETCH_MS)).values():
                return to_consumed(records[0]) if records[0].offset == offset else None
        return None


def _by_position(offsets: dict[TopicPartition, int]) -> dict[Position, int]:
    return {(at.topic, at.partition): offset for at, offset in offsets.items()}


@asynccontextmanager
async def open_record_reader(
    settings: KafkaSettings, topics: Sequence[str]
) -> AsyncIterator[RecordReader]:
    """Connect to read single records of some topics.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    consumer = AIOKafkaConsumer(
        **address(settings),
        group_id=None,
        auto_offset_reset="none",
        enable_auto_commit=False,
        isolation_level="read_committed",
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_wait_ms=BUSY_FETCH_WAIT_MS,
    )
    await start_client(consumer, settings)
    try:
        wanted = range(settings.partitions)
        yield RecordReader(consumer, [(topic, p) for topic in topics for p in wanted])
    finally:
        await consumer.stop()
