"""Reads whole partitions without a group."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.kafka.connection import PARTITION_FETCH_BYTES, start_client
from services.kafka.settings import KafkaSettings
from services.kafka.value import ConsumedRecord, Position

MAX_POLL_INTERVAL_MS = 1_000_000_000
IDLE_FETCH_WAIT_MS = 4_000
# A partition that was just used up is not in the fetch under way, so its next record waits for
# that fetch: a short one while records come, a long one when it is quiet and a fetch only costs.
BUSY_FETCH_WAIT_MS = 100
FETCH_MAX_BYTES = 8 * 1024 * 1024
LARGE_READ_BYTES = 1024 * 1024
"""After a read of so much nothing is fetched ahead, so that one batch at a time is in memory."""


class LogReader:
    """Reads whole partitions without a group. Offsets are the caller's to keep."""

    def __init__(self, consumer: AIOKafkaConsumer, partitions: Sequence[Position]) -> None:
        self._consumer = consumer
        self._partitions = [TopicPartition(*partition) for partition in partitions]

    @property
    def partitions(self) -> list[Position]:
        """What is read, as (topic, partition)."""
        return [(tp.topic, tp.partition) for tp in self._partitions]

    async def seek(self, positions: Mapping[Position, int]) -> None:
        """Go on from the given next offsets; partitions that are not named stay where they are."""
        for (topic, partition), offset in positions.items():
            self._consumer.seek(TopicPartition(topic, partition), offset)

    async def begin_offsets(self) -> dict[Position, int]:
        """The first offset that each partition still holds."""
        offsets = await self._consumer.beginning_offsets(self._partitions)
        return {(tp.topic, tp.partition): offset for tp, offset in offsets.items()}

    async def end_offsets(self) -> dict[Position, int]:
        """The offset that the next record of each partition will get."""
        offsets = await self._consumer.end_offsets(self._partitions)
        return {(tp.topic, tp.partition): offset for tp, offset in offsets.items()}

    async def has_reached(self, ends: Mapping[Position, int]) -> bool:
        """Whether everything before the given offsets was read. Gaps in a log do not matter."""
        for position, end in ends.items():
            if await self._consumer.position(TopicPartition(*position)) < end:
                return False
        return True

    async def offsets_at(self, times_ms: Mapping[Position, int]) -> dict[Position, int]:
        """The first offsets appended at or after the given Unix milliseconds, if any."""
        wanted = {TopicPartition(*position): time for position, time in times_ms.items()}
        found = await self._consumer.offsets_for_times(wanted)
        return {(tp.topic, tp.partition): at.offset for tp, at in found.items() if at is not None}

    async def read(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        """Take what has arrived, waiting at most `timeout_s` for the first; [] when nothing has."""
        self._consumer.resume(*self._partitions)
        batches = await self._consumer.getmany(
            timeout_ms=int(timeout_s * 1000), max_records=max_records
        )
        wait_for_fetch(self._consumer, is_busy=bool(batches))
        records = [to_consumed(record) for batch in batches.values() for record in batch]
        if sum(len(record.value or b"") for record in records) >= LARGE_READ_BYTES:
            self.fetch_nothing()
        return records

    def fetch_nothing(self) -> None:
        """Fetch nothing ahead of the next read."""
        self._consumer.pause(*self._partitions)


def wait_for_fetch(consumer: AIOKafkaConsumer, *, is_busy: bool) -> None:
    """Say how long the broker may hold the next fetch. aiokafka itself fixes that for good."""
    consumer._fetcher._fetch_max_wait_ms = BUSY_FETCH_WAIT_MS if is_busy else IDLE_FETCH_WAIT_MS


@asynccontextmanager
async def open_log_reader(
    settings: KafkaSettings, topics: Sequence[str], partitions: Collection[int] | None = None
) -> AsyncIterator[LogReader]:
    """Read topics from their beginning, all partitions or the given ones.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers,
        group_id=None,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_uncommitted",
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        max_partition_fetch_bytes=PARTITION_FETCH_BYTES,
        fetch_max_wait_ms=BUSY_FETCH_WAIT_MS,
        fetch_max_bytes=FETCH_MAX_BYTES,
    )
    await start_client(consumer, settings)
    try:
        wanted = range(settings.partitions) if partitions is None else sorted(partitions)
        positions = [(topic, partition) for topic in topics for partition in wanted]
        consumer.assign([TopicPartition(*position) for position in positions])
        reader = LogReader(consumer, positions)
        reader.fetch_nothing()
        yield reader
    finally:
        await consumer.stop()


def to_consumed(record: object) -> ConsumedRecord:
    """A record of the client library as ours."""
    return ConsumedRecord(
        record.topic,  # type: ignore[attr-defined]
        record.partition,  # type: ignore[attr-defined]
        record.offset,  # type: ignore[attr-defined]
        record.timestamp,  # type: ignore[attr-defined]
        record.key,  # type: ignore[attr-defined]
        record.value,  # type: ignore[attr-defined]
        record.headers,  # type: ignore[attr-defined]
    )
