"""Makes of a batch that cannot be read one record that says so, instead of its reader's end.

aiokafka raises at a broken checksum, a codec or a format that it does not know, and raises again
when it is asked again: at the same offset, for ever, and for whatever was read together with it.
"""

import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import aiokafka.consumer.fetcher
from aiokafka import ConsumerRecord
from aiokafka.errors import CorruptRecordException
from aiokafka.record.control_record import ControlRecord
from aiokafka.record.memory_records import MemoryRecords

from services.kafka.value import UNREADABLE, ConsumedRecord
from services.telemetry.log import get_log
from services.telemetry.metric import UNREADABLE_BATCHES

HEADER = struct.Struct(">qiibIhiqq")
"""Of a batch: base offset, length, epoch, format, checksum, attributes, last offset, times."""
OVERHEAD = struct.calcsize(">qi")
FORMAT_AT = 16
NEWEST_FORMAT = FIRST_WITH_COUNT = 2
MAX_OFFSETS = 1 << 20
"""A batch that claims to hold more offsets has a broken header."""
KEPT_BYTES = 1024 * 1024
"""Of the bytes of a batch that cannot be read; a dead letter must take them."""
MAX_REASON = 200


class Unplaced(str):
    """The name of the header of a record that stands for a batch: no client can write this type."""


UNPLACED = Unplaced("unreadable-batch")
"""The header of a record that stands for a batch, before it is known of which topic."""

log = get_log()


@dataclass(frozen=True)
class Stand:
    """What the client needs of a record, of one that stands for a batch."""

    offset: int
    timestamp: int
    value: bytes
    headers: Sequence[tuple[str, bytes]]
    key: bytes | None = None
    timestamp_type: int = 1
    checksum: int | None = None


@dataclass(frozen=True)
class OpenedBatch:
    """A batch, read; the client's fetcher takes it for one of its own."""

    records: Sequence[Any]
    base_offset: int
    next_offset: int
    producer_id: int | None = None
    is_control_batch: bool = False
    is_transactional: bool = False

    def validate_crc(self) -> bool:
        """It was checked when it was opened."""
        return True

    def __iter__(self) -> Iterator[Any]:
        return iter(self.records)

    def __next__(self) -> Any:
        return self.records[0]


class ReadableRecords:
    """The batches of one partition's answer to a fetch, in place of aiokafka's MemoryRecords."""

    def __init__(self, data: bytes | None) -> None:
        self._data = data or b""
        self._at = 0

    def size_in_bytes(self) -> int:
        """Of all of them."""
        return len(self._data)

    def has_next(self) -> bool:
        """Whether another batch is there as a whole."""
        return self._end() is not None

    def next_batch(self) -> OpenedBatch | None:
        """The next batch, or one record in its place."""
        end = self._end()
        if end is None:
            return None
        raw, self._at = self._data[self._at : end], end
        return open_batch(raw, self._peek_offset())

    def _end(self) -> int | None:
        if len(self._data) - self._at < OVERHEAD:
            return None
        (length,) = struct.unpack_from(">i", self._data, self._at + 8)
        end = self._at + OVERHEAD + int(length)
        return end if self._at < end <= len(self._data) else None

    def _peek_offset(self) -> int | None:
        if self._end() is None:
            return None
        return int(struct.unpack_from(">q", self._data, self._at)[0])


def open_batch(raw: bytes, following: int | None = None) -> OpenedBatch:
    """Read a batch.

    Args:
        following: The base offset of the batch behind it, where that is known.
    """
    try:
        return _read(raw)
    except Exception as error:
        # Whatever its bytes are, the partition goes on behind them.
        return _stand_in(raw, following, error)


def _read(raw: bytes) -> OpenedBatch:
    if (number := raw[FORMAT_AT]) > NEWEST_FORMAT:
        raise CorruptRecordException(f"format {number} is not known")
    batch: Any = MemoryRecords(raw).next_batch()
    if not batch.validate_crc():
        raise CorruptRecordException("its checksum is wrong")
    (base,) = struct.unpack_from(">q", raw)
    records, after = list(batch), batch.next_offset
    # Compaction may leave of a batch its frame only.
    is_control = batch.is_control_batch and bool(records)
    if is_control:
        ControlRecord.parse(records[0].key)
    return OpenedBatch(records, base, after, batch.producer_id, is_control, batch.is_transactional)


def _stand_in(raw: bytes, following: int | None, error: Exception) -> OpenedBatch:
    head = raw.ljust(HEADER.size, b"\0")
    base, *_, last, _, newest_ms = HEADER.unpack_from(head)
    is_known = head[FORMAT_AT] >= FIRST_WITH_COUNT and 0 <= last < MAX_OFFSETS
    after = base + last + 1 if is_known else base + 1
    # Answers are read back from a record's time on: rather too early than never.
    at_ms = newest_ms if 0 <= newest_ms <= time.time() * 1000 else 0
    after = after if following is None else max(base + 1, min(after, following))
    told = f"offsets {base} to {after - 1}: {error!r}"[:MAX_REASON]
    headers = [(UNPLACED, told.encode())]
    # The last offset: reading may have begun in the middle of the batch.
    return OpenedBatch([Stand(after - 1, at_ms, raw[:KEPT_BYTES], headers)], base, after)


def settle(record: ConsumerRecord[Any, Any]) -> ConsumerRecord[Any, Any]:
    """Make a record one that everything of ours can take, whoever wrote it.

    One that stands for a batch which cannot be read is told where it was read, and that is said. A
    header without a value, which Kafka allows, has an empty one.
    """
    if not record.headers or not isinstance(record.headers[0][0], Unplaced):
        if all(value is not None for _, value in record.headers):
            return record
        given = tuple((name, value or b"") for name, value in record.headers)
        return replace(record, headers=given)
    told = record.headers[0][1].decode()
    UNREADABLE_BATCHES.inc()
    log.error("batch_unreadable", topic=record.topic, partition=record.partition, batch=told)
    place = f"{record.topic} [{record.partition}] {told}"
    return replace(record, headers=((UNREADABLE, place.encode()),))


def let_batches_stand() -> None:
    """Let every consumer of this process read so; there is no seam for one of them."""
    aiokafka.consumer.fetcher.MemoryRecords = ReadableRecords


def to_consumed(found: ConsumerRecord[bytes, bytes]) -> ConsumedRecord:
    """A record of the client library as ours."""
    record = settle(found)
    return ConsumedRecord(
        record.topic,
        record.partition,
        record.offset,
        record.timestamp,
        record.key,
        record.value,
        record.headers,
    )
