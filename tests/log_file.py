"""Spoils batches in the log files of a running broker.

No client can send such a batch: a broker checks what it is given. What a disk does to it, or a
release that knows more, is written into the segment, which the broker hands on as it is.
"""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from aiokafka.record.util import calc_crc32c

FORMAT_AT = 16
CRC_AT = 17
ATTRIBUTES_AT = 21
OVERHEAD = 12
UNKNOWN_CODEC = 7

Spoil = Callable[[bytearray], None]


def break_checksum(batch: bytearray) -> None:
    """As a disk does."""
    batch[-1] ^= 0xFF


def use_unknown_codec(batch: bytearray) -> None:
    """As a client of a later release does; the checksum is right."""
    batch[ATTRIBUTES_AT + 1] |= UNKNOWN_CODEC
    struct.pack_into(">I", batch, CRC_AT, calc_crc32c(bytes(batch[ATTRIBUTES_AT:])))


def use_newer_format(batch: bytearray) -> None:
    """As a broker of a later release does."""
    batch[FORMAT_AT] = 3


def list_batches(data: bytearray) -> Iterator[tuple[int, int, int]]:
    """Base offset, beginning and end of each batch of a segment."""
    at = 0
    while at + OVERHEAD <= len(data):
        base, length = struct.unpack_from(">qi", data, at)
        if not length:
            return
        yield base, at, at + OVERHEAD + length
        at += OVERHEAD + length


def spoil(data_dir: Path, topic: str, partition: int, offset: int, how: Spoil) -> None:
    """Spoil the batch that begins at an offset, in the files of an embedded broker."""
    path = data_dir / "kafka" / f"{topic}-{partition}" / f"{0:020}.log"
    data = bytearray(path.read_bytes())
    [(begin, end)] = [(begin, end) for base, begin, end in list_batches(data) if base == offset]
    batch = data[begin:end]
    how(batch)
    with path.open("r+b") as log:
        log.seek(begin)
        log.write(batch)
