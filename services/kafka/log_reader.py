"""Reads whole partitions without a group."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from services.kafka.batch import to_consumed
from services.kafka.connection import PARTITION_FETCH_BYTES, address, start_client, telling
from services.kafka.lost_place import Landmarks, choose_place, read_lost, tell_loss
from services.kafka.settings import KafkaSettings
from services.kafka.value import ConsumedRecord, LogStandsError, Position

MAX_POLL_INTERVAL_MS = 1_000_000_000
IDLE_FETCH_WAIT_MS = 4_000
# A partition that was just used up is not in the fetch under way, so its next record waits for
# that fetch: a short one while records come, a long one when it is quiet and a fetch only costs.
BUSY_FETCH_WAIT_MS = 100
FETCH_MAX_BYTES = 8 * 1024 * 1024
LARGE_READ_BYTES = 1024 * 1024
"""After a read of so much nothing is fetched ahead, so that one batch at a time is in memory."""
QUIET_S = 1.0
STANDING_S = 30.0


class LogReader:
    """Reads whole partitions without a group. Offsets are the caller's to keep.

    Only what was committed is read. Where a log no longer holds what was to be read next, that is
    said, and reading goes on at its beginning.

    Args:
        clock: Monotonic seconds.
        landmarks: Tell when a log is another one; None where nobody asks.
    """

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        partitions: Sequence[Position],
        clock: Callable[[], float] = time.monotonic,
        landmarks: Landmarks | None = None,
    ) -> None:
        self._consumer = consumer
        self._partitions = [TopicPartition(*partition) for partition in partitions]
        self._held = self._partitions
        self._clock = clock
        self._landmarks = landmarks

    @property
    def partitions(self) -> list[Position]:
        """What is read, as (topic, partition)."""
        return [(tp.topic, tp.partition) for tp in self._partitions]

    async def hold(self, partitions: Collection[int] | None) -> None:
        """Read only these partitions of each topic, None for all. Where to go on is to be said."""
        self.fetch_nothing()
        wanted = self._partitions
        self._held = [tp for tp in wanted if partitions is None or tp.partition in partitions]

    async def places(self) -> dict[Position, int]:
        """The next offset that is read of each partition that is."""
        return {(tp.topic, tp.partition): await self._consumer.position(tp) for tp in self._held}

    async def seek(self, positions: Mapping[Position, int]) -> None:
        """Go on from the given next offsets; partitions that are not named stay where they are."""
        if self._landmarks is not None:
            self._landmarks.forget(positions)
        for (topic, partition), offset in positions.items():
            self._consumer.seek(TopicPartition(topic, partition), offset)

    async def begin_offsets(self) -> dict[Position, int]:
        """The first offset that each partition still holds.

        Raises:
            BrokerUnavailableError: A partition has no leader, for longer than a request may take.
        """
        with telling("where the logs begin"):
            offsets = await self._consumer.beginning_offsets(self._partitions)
        return {(tp.topic, tp.partition): offset for tp, offset in offsets.items()}

    async def end_offsets(self, topics: Collection[str] | None = None) -> dict[Position, int]:
        """The offset behind the last record of each partition that can be read.

        A transaction that is open holds it back; the markers of those that have ended count.

        Args:
            topics: Those that are asked for; None for all that are read.

        Raises:
            BrokerUnavailableError: A partition has no leader, for longer than a request may take.
        """
        wanted = [tp for tp in self._partitions if topics is None or tp.topic in topics]
        with telling("where the logs end"):
            offsets = await self._consumer.end_offsets(wanted)
        return {(tp.topic, tp.partition): offset for tp, offset in offsets.items()}

    async def has_reached(self, ends: Mapping[Position, int]) -> bool:
        """Whether everything before the given offsets was read. Gaps in a log do not matter."""
        return not await self._find_unread(ends)

    async def read_to(
        self, ends: Mapping[Position, int], max_records: int
    ) -> AsyncIterator[list[ConsumedRecord]]:
        """Read everything before the given offsets, or before where a log has come to end.

        Gaps do not matter: not every offset has a record. Of a partition that has reached its end
        nothing more is read; what came with its last record may lie beyond.

        Raises:
            LogStandsError: A log gives nothing, although it has more.
        """
        places, since = dict[Position, int](), self._clock()
        while unread := await self._find_unread(ends):
            if unread != places:
                places, since = unread, self._clock()
            elif self._clock() - since > STANDING_S:
                raise LogStandsError(_tell_standing(places, ends))
            if records := await self.read(QUIET_S, max_records, only=unread):
                yield records
            else:
                # What was there may be gone by now: deleted, cut off, or of another log.
                ends = await self._cut_back(ends)

    async def _find_unread(self, ends: Mapping[Position, int]) -> dict[Position, int]:
        places = {at: await self._consumer.position(TopicPartition(*at)) for at in ends}
        return {at: place for at, place in places.items() if place < ends[at]}

    async def _cut_back(self, ends: Mapping[Position, int]) -> dict[Position, int]:
        now = await self.end_offsets()
        return {at: min(end, now[at]) for at, end in ends.items()}

    async def offsets_at(self, times_ms: Mapping[Position, int]) -> dict[Position, int]:
        """The first offsets appended at or after the given Unix milliseconds, if any."""
        wanted = {TopicPartition(*position): time for position, time in times_ms.items()}
        found = await self._consumer.offsets_for_times(wanted)
        return {(tp.topic, tp.partition): at.offset for tp, at in found.items() if at is not None}

    async def read(
        self, timeout_s: float, max_records: int, only: Iterable[Position] | None = None
    ) -> list[ConsumedRecord]:
        """Take what has arrived, waiting at most `timeout_s` for the first; [] when nothing has.

        Args:
            only: The partitions that are looked at, of those that are held.
        """
        if not self._held:
            await asyncio.sleep(timeout_s)  # noqa: TID251 - as if there were something to read
            return []
        wanted = self._held if only is None else [TopicPartition(*at) for at in only]
        self._consumer.resume(*self._held)
        try:
            batches = await self._consumer.getmany(
                *wanted, timeout_ms=int(timeout_s * 1000), max_records=max_records
            )
        except OffsetOutOfRangeError as error:
            await self.begin_again(read_lost(error))
            return []
        wait_for_fetch(self._consumer, is_busy=bool(batches))
        records = [to_consumed(record) for batch in batches.values() for record in batch]
        if self._landmarks is not None:
            self._landmarks.note_all(records)
        if sum(len(record.value or b"") for record in records) >= LARGE_READ_BYTES:
            self.fetch_nothing()
        return records

    def fetch_nothing(self) -> None:
        """Fetch nothing ahead of the next read."""
        self._consumer.pause(*self._partitions)

    async def find_other(self) -> dict[Position, int]:
        """The logs that were made again under this reader, with what was to be read next of them.

        Looks now and then only; what was read of them tells.
        """
        return {} if self._landmarks is None else await self._landmarks.find_other(self.places)

    async def begin_again(self, lost: Mapping[Position, int]) -> None:
        """Say what was lost of logs that do not hold what came before an offset, and go on there.

        Raises:
            BrokerUnavailableError: A partition has no leader, for longer than a request may take.
        """
        begins, ends = await self.begin_offsets(), await self.end_offsets()
        for position, offset in lost.items():
            begin, end = begins[position], ends[position]
            place = choose_place(offset, begin, end, since=None)
            tell_loss(position, offset, begin, end, place)
            await self.seek({position: place.offset})


def _tell_standing(places: Mapping[Position, int], ends: Mapping[Position, int]) -> str:
    (topic, partition), place = next(iter(places.items()))
    return (
        f"{topic} [{partition}] gives nothing at offset {place} for {STANDING_S:g} s, although it"
        f" goes on to {ends[topic, partition]}: is its broker well?"
    )


def wait_for_fetch(consumer: AIOKafkaConsumer, *, is_busy: bool) -> None:
    """Say how long the broker may hold the next fetch. aiokafka itself fixes that for good."""
    consumer._fetcher._fetch_max_wait_ms = BUSY_FETCH_WAIT_MS if is_busy else IDLE_FETCH_WAIT_MS


@asynccontextmanager
async def open_log_reader(
    settings: KafkaSettings,
    topics: Sequence[str],
    partitions: Collection[int] | None = None,
    *,
    is_placed: bool = True,
    landmarks: Landmarks | None = None,
) -> AsyncIterator[LogReader]:
    """Read topics from their beginning, all partitions or the given ones.

    Args:
        is_placed: Where the logs begin is asked for, which takes a leader of every partition. If
            not, the caller must `seek` before it reads.
        landmarks: Tell when a log is another one; None where nobody asks.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    consumer = AIOKafkaConsumer(
        **address(settings),
        group_id=None,
        auto_offset_reset="none",
        enable_auto_commit=False,
        isolation_level="read_committed",
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        max_partition_fetch_bytes=PARTITION_FETCH_BYTES,
        fetch_max_wait_ms=BUSY_FETCH_WAIT_MS,
        fetch_max_bytes=FETCH_MAX_BYTES,
    )
    await start_client(consumer, settings)
    try:
        wanted = range(settings.partitions) if partitions is None else sorted(partitions)
        positions = [(topic, partition) for topic in topics for partition in wanted]
        # Assigned first: the client then asks for all topics at once, and not for one at a time.
        consumer.assign([TopicPartition(*position) for position in positions])
        reader = LogReader(consumer, positions, landmarks=landmarks)
        reader.fetch_nothing()
        start = await reader.begin_offsets() if is_placed else dict.fromkeys(positions, 0)
        await reader.seek(start)
        yield reader
    finally:
        await consumer.stop()
