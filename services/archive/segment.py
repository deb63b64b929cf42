"""A file of records of one log: written from its first record to its last, and read the same."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from services.archive.block import pack, read_blocks, read_records, write_record
from services.archive.catalogue import Log, Segment
from services.archive.error import ArchiveError, BrokenArchiveError
from services.kafka import ConsumedRecord

BLOCK_BYTES = 256 * 1024
"""Packed at a time; a backup holds one unpacked block of each log in memory."""
READ_BYTES = 1024 * 1024
FILE_MODE = 0o600
"""It holds people's tables."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell in a line what a disk has against it.

    Raises:
        ArchiveError: It is full, or does not answer.
    """
    try:
        yield
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written: {error.strerror or error}") from error


class SegmentWriter:
    """Writes the file of a segment. Nothing is there until the first block is full.

    Args:
        begin: The first offset that it covers.
    """

    def __init__(self, path: Path, begin: int, block_bytes: int = BLOCK_BYTES) -> None:
        self._path = path
        self._begin = begin
        self._block_bytes = block_bytes
        self._file: BinaryIO | None = None
        self._digest = hashlib.sha256()
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._records = self._size = 0
        self._times: tuple[int, int] | None = None
        self._last: tuple[int, int] | None = None
        self.unpacked_bytes = 0

    @property
    def last_offset(self) -> int | None:
        """Of the last record; None before the first."""
        return None if self._last is None else self._last[0]

    def add(self, record: ConsumedRecord) -> None:
        """Write a record behind those before it.

        Raises:
            ArchiveError: The disk is full, or does not answer.
        """
        written, at_ms = write_record(record), record.timestamp_ms
        self._waiting.append(written)
        self._waiting_bytes += len(written)
        self.unpacked_bytes += len(written)
        self._records += 1
        oldest, newest = self._times or (at_ms, at_ms)
        self._times = min(oldest, at_ms), max(newest, at_ms)
        self._last = record.offset, at_ms
        if self._waiting_bytes >= self._block_bytes:
            self._write_block()

    def close(self, end: int) -> Segment:
        """Have everything on the disk.

        Args:
            end: The offset behind the last one that is covered.
        """
        if self._waiting:
            self._write_block()
        if self._file is not None:
            with writing(self._path):
                self._file.flush()
                os.fsync(self._file.fileno())
        self.abandon()
        oldest, newest = self._times or (None, None)
        last, last_ms = self._last or (None, None)
        return Segment(
            begin=self._begin,
            end=end,
            records=self._records,
            oldest_ms=oldest,
            newest_ms=newest,
            last=last,
            last_ms=last_ms,
            size=self._size,
            sha256=self._digest.hexdigest() if self._records else "",
        )

    def abandon(self) -> None:
        """Let go of the file, as far as it is written."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> BinaryIO:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        return os.fdopen(descriptor, "wb")

    def _write_block(self) -> None:
        block = pack(self._waiting)
        with writing(self._path):
            if self._file is None:
                self._file = self._open()
            self._file.write(block)
        self._digest.update(block)
        self._size += len(block)
        self._waiting, self._waiting_bytes = [], 0


def read_segment(path: Path, log: Log, segment: Segment) -> Iterator[ConsumedRecord]:
    """The records of a file, under the topic's name in the archive, each block checked before.

    Raises:
        BrokenArchiveError: It is not there, or not what was written.
    """
    count, before = 0, segment.begin - 1
    try:
        with path.open("rb") as file:
            for block in read_blocks(file):
                for record in read_records(block, (log.topic, log.partition)):
                    if not before < record.offset < segment.end:
                        raise BrokenArchiveError(f"offset {record.offset} has no place in it")
                    before, count = record.offset, count + 1
                    yield record
    except OSError as error:
        raise BrokenArchiveError(f"{path} cannot be read: {error.strerror}") from error
    except BrokenArchiveError as error:
        raise BrokenArchiveError(f"{path}: {error}") from error
    if count != segment.records:
        raise BrokenArchiveError(f"{path} holds {count} records, not {segment.records}")


def check_digest(path: Path, segment: Segment) -> None:
    """Hold a file against its checksum.

    Raises:
        BrokenArchiveError: It is not there, or not what was written.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while data := file.read(READ_BYTES):
                digest.update(data)
                size += len(data)
    except OSError as error:
        raise BrokenArchiveError(f"{path} cannot be read: {error.strerror}") from error
    if size != segment.size:
        raise BrokenArchiveError(f"{path} has {size} bytes, not {segment.size}")
    if digest.hexdigest() != segment.sha256:
        raise BrokenArchiveError(f"{path} is not what was written: its SHA-256 is another")
