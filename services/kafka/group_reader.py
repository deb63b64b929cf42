"""Reads topics as a member of a group, with offsets that the caller commits."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)

from services.kafka.batch import to_consumed
from services.kafka.connection import (
    METADATA_AGE_MS,
    PARTITION_FETCH_BYTES,
    address,
    start_client,
)
from services.kafka.log_reader import (
    IDLE_FETCH_WAIT_MS,
    MAX_POLL_INTERVAL_MS,
    LogReader,
    open_log_reader,
    wait_for_fetch,
)
from services.kafka.lost_place import (
    OUTAGE_MARGIN_MS,
    FindPlace,
    Landmarks,
    Place,
    choose_place,
    read_lost,
    tell_loss,
)
from services.kafka.settings import KafkaSettings
from services.kafka.value import (
    BrokerUnavailableError,
    ConsumedRecord,
    LogStandsError,
    Position,
)
from services.telemetry.log import get_log

TAIL = 50
"""Offsets at a log's end of which one surely is a record, and not the end of a transaction."""
TAIL_RECORDS = 100
NEXT_S = 1.0

log = get_log()


class GroupReader(ConsumerRebalanceListener):  # type: ignore[misc]
    """Reads its share of some topics.

    Args:
        find_place: Says where to go on in a log that no longer holds what was to be read next.
        landmarks: Tell when a log is another one.

    Attributes:
        generation: Grows with every assignment; what was held in an older one is held no longer.
    """

    def __init__(
        self, consumer: AIOKafkaConsumer, find_place: FindPlace, landmarks: Landmarks
    ) -> None:
        self._consumer = consumer
        self._find_place = find_place
        self._landmarks = landmarks
        self._held: set[Position] = set()
        self.generation = 0

    async def read(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        """Take what has arrived, in offset order per partition; [] when nothing has."""
        if other := await self._landmarks.find_other(self._find_next):
            await self._go_on(other)
            return []
        try:
            batches = await self._consumer.getmany(
                timeout_ms=int(timeout_s * 1000), max_records=max_records
            )
        except OffsetOutOfRangeError as error:
            await self._go_on(read_lost(error))
            return []
        except NoOffsetForPartitionError:
            await self._begin(self._consumer.assignment())
            return []
        # A partition that is released is not in the fetch under way and waits for its end.
        wait_for_fetch(self._consumer, is_busy=bool(batches or self._held))
        records = [to_consumed(record) for batch in batches.values() for record in batch]
        self._landmarks.note_all(records)
        return records

    async def _find_next(self) -> dict[Position, int]:
        held = self._consumer.assignment()
        try:
            async with asyncio.timeout(NEXT_S):
                return {(tp.topic, tp.partition): await self._consumer.position(tp) for tp in held}
        except (IllegalStateError, KafkaError, TimeoutError):
            return {}  # being assigned anew, or never committed: the read to come tells

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

    async def _go_on(self, lost: Mapping[Position, int]) -> None:
        for position, offset in lost.items():
            try:
                place = await self._find_place(position, offset)
            except BrokerUnavailableError as error:
                log.warning("place_not_found", topic=position[0], error=str(error))
                continue  # the next read says again that it is lost
            self._consumer.seek(TopicPartition(*position), place.offset)
            self._landmarks.forget([position])
            # At once: a second search would take what is published from now on for older.
            await self.commit({position: place.offset})

    async def _begin(self, partitions: Collection[TopicPartition]) -> None:
        """Read from the beginning what the group has never committed."""
        try:
            new = [tp for tp in partitions if await self._consumer.committed(tp) is None]
            if new:
                await self._consumer.seek_to_beginning(*new)
        except KafkaError as error:
            log.warning("beginning_not_found", error=repr(error))  # the next read asks again

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Part of aiokafka's interface."""

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Forget what was held: a partition that comes back must not stay paused for ever."""
        self.generation += 1
        self._held.clear()
        self._consumer.resume(*assigned)
        await self._begin(assigned)
        await asyncio.sleep(0)  # noqa: TID251 - lets the assignment settle


@asynccontextmanager
async def open_group_reader(
    settings: KafkaSettings,
    topics: Sequence[str],
    group: str,
    instance_id: str,
    find_place: FindPlace,
    landmarks: Landmarks,
) -> AsyncIterator[GroupReader]:
    """Join a group as a static member.

    Args:
        find_place: Says where to go on in a log that no longer holds what was to be read next.
        landmarks: Tell when a log is another one.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    consumer = AIOKafkaConsumer(
        **address(settings),
        group_id=group,
        group_instance_id=instance_id,
        auto_offset_reset="none",
        isolation_level="read_committed",
        enable_auto_commit=False,
        session_timeout_ms=45_000,
        heartbeat_interval_ms=6_000,
        rebalance_timeout_ms=60_000,
        request_timeout_ms=75_000,
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        metadata_max_age_ms=METADATA_AGE_MS,
        max_partition_fetch_bytes=PARTITION_FETCH_BYTES,
        fetch_max_wait_ms=IDLE_FETCH_WAIT_MS,
    )
    reader = GroupReader(consumer, find_place, landmarks)
    consumer.subscribe(topics, listener=reader)
    await start_client(consumer, settings)
    try:
        yield reader
    finally:
        await consumer.stop()


async def find_place(
    settings: KafkaSettings, witness: str, position: Position, offset: int
) -> Place:
    """Find where to go on, and say what was lost.

    Args:
        witness: A topic to which only the group's members write, each in the partition that it has
            read from. Its newest record is older than an outage that they have not gone on after.
        offset: The one that was to be read next, and that the broker does not have.

    Raises:
        BrokerUnavailableError: The brokers of the logs do not answer.
    """
    topic, partition = position
    try:
        async with open_log_reader(settings, [topic, witness], [partition]) as reader:
            begins, ends = await reader.begin_offsets(), await reader.end_offsets()
            since = await _find_outage(reader, (witness, partition), position)
    except (KafkaError, LogStandsError) as error:
        raise BrokerUnavailableError(f"{topic} cannot be looked at: {error!r}") from error
    place = choose_place(offset, begins[position], ends[position], since)
    tell_loss(position, offset, begins[position], ends[position], place)
    return place


async def _find_outage(reader: LogReader, witness: Position, position: Position) -> int | None:
    """The first record that may be younger than the outage; None where nothing tells."""
    ends = await reader.end_offsets()
    begin = (await reader.begin_offsets())[witness]
    await reader.seek({witness: max(begin, ends[witness] - TAIL), position: ends[position]})
    times = [
        record.timestamp_ms
        async for records in reader.read_to({witness: ends[witness]}, TAIL_RECORDS)
        for record in records
        if record.topic == witness[0]
    ]
    if not times:
        return None
    found = await reader.offsets_at({position: max(times) - OUTAGE_MARGIN_MS})
    return found.get(position, ends[position])
