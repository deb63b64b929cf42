"""Records as bytes, and those packed in blocks: zstd frames, each behind one that describes it.

A describing frame is one of zstd's skippable frames (RFC 8878, 3.1.2), so `zstd -dc` reads a file
of blocks as it stands. It tells how long the block is, packed and unpacked, how many records it
holds, and the CRC-32 of them; zstd itself would unpack a flipped bit without a word.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cramjam

from services.archive.error import BrokenArchiveError
from services.archive.store.store import Readable
from services.kafka import ConsumedRecord, Position

FRAME = struct.Struct("<IIIIII")
"""Magic number, bytes behind it that are skipped, packed and unpacked length, records, CRC-32."""
FRAME_MAGIC = 0x184D2A5B
FRAME_REST = FRAME.size - 8

RECORD = struct.Struct("<qqiiI")
"""Offset, append time in Unix milliseconds, lengths of key and value, number of headers."""
HEADER = struct.Struct("<II")
"""Lengths of name and value."""
NOTHING = -1
"""The length of a key or a value that is null, which is not empty."""

LEVEL = 3
MAX_BLOCK_BYTES = 256 * 1024 * 1024
"""A block of one record is as large as that. A length beyond it is no length."""


@dataclass(frozen=True)
class Block:
    """Records, one behind the other, as `write_record` wrote them."""

    data: bytes
    records: int


def write_record(record: ConsumedRecord) -> bytes:
    """All of a record but the log that it is of."""
    key, value = record.key, record.value
    parts = [
        RECORD.pack(
            record.offset,
            record.timestamp_ms,
            NOTHING if key is None else len(key),
            NOTHING if value is None else len(value),
            len(record.headers),
        ),
        key or b"",
        value or b"",
    ]
    for name, told in record.headers:
        written = name.encode()
        parts += (HEADER.pack(len(written), len(told)), written, told)
    return b"".join(parts)


def read_records(block: Block, position: Position) -> Iterator[ConsumedRecord]:
    """The records of a block.

    Raises:
        BrokenArchiveError: Its bytes are not so many records.
    """
    topic, partition = position
    data, at = block.data, 0
    try:
        for _ in range(block.records):
            offset, timestamp_ms, key_size, value_size, count = RECORD.unpack_from(data, at)
            key, at = _take(data, at + RECORD.size, key_size)
            value, at = _take(data, at, value_size)
            headers: list[tuple[str, bytes]] = []
            for _ in range(count):
                name_size, told_size = HEADER.unpack_from(data, at)
                name, at = _take(data, at + HEADER.size, name_size)
                told, at = _take(data, at, told_size)
                headers.append(((name or b"").decode(), told or b""))
            yield ConsumedRecord(topic, partition, offset, timestamp_ms, key, value, headers)
    except (struct.error, UnicodeDecodeError) as error:
        raise BrokenArchiveError(f"a block holds something else than records: {error}") from error
    if at != len(data):
        raise BrokenArchiveError("a block holds more than its records")


def _take(data: bytes, at: int, size: int) -> tuple[bytes | None, int]:
    if size == NOTHING:
        return None, at
    end = at + size
    if size < NOTHING or end > len(data):
        raise BrokenArchiveError("a block ends in the middle of a record")
    return data[at:end], end


def pack(records: Iterable[bytes]) -> bytes:
    """Pack written records into a block, as it stands in a file."""
    written = list(records)
    data = b"".join(written)
    packed = bytes(cramjam.zstd.compress(data, level=LEVEL))
    told = (len(packed), len(data), len(written), zlib.crc32(data))
    return FRAME.pack(FRAME_MAGIC, FRAME_REST, *told) + packed


def read_blocks(file: Readable) -> Iterator[Block]:
    """The blocks of a file, each checked.

    Raises:
        BrokenArchiveError: The file was cut off, or holds something else.
    """
    while frame := file.read(FRAME.size):
        if len(frame) < FRAME.size:
            raise BrokenArchiveError("it ends in the middle of a block")
        magic, rest, packed_size, size, records, checksum = FRAME.unpack(frame)
        if (magic, rest) != (FRAME_MAGIC, FRAME_REST) or max(packed_size, size) > MAX_BLOCK_BYTES:
            raise BrokenArchiveError("it holds something else than blocks of records")
        packed = file.read(packed_size)
        if len(packed) < packed_size:
            raise BrokenArchiveError("it ends in the middle of a block")
        yield Block(_unpack(packed, size, checksum), records)


def _unpack(packed: bytes, size: int, checksum: int) -> bytes:
    # Into so much room and no more: a block may claim to be short, and unpack to gigabytes.
    room = bytearray(size)
    try:
        unpacked = cramjam.zstd.decompress_into(packed, room)
    except cramjam.DecompressionError as error:
        raise BrokenArchiveError(f"a block cannot be unpacked: {error}") from error
    if unpacked != size or zlib.crc32(room) != checksum:
        raise BrokenArchiveError("a block is not what was written: its checksum is another")
    return bytes(room)
