"""A file of records of one log: written from its first record to its last, and read the same."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from services.archive.block import pack, read_blocks, read_records, write_record
from services.archive.catalogue import Log, Segment
from services.archive.error import ArchiveError, BrokenArchiveError
from services.archive.store.store import NewFile, Store, StoreBusyError
from services.kafka import ConsumedRecord

BLOCK_BYTES = 256 * 1024
"""Packed at a time; a backup holds one unpacked block of each log in memory."""
READ_BYTES = 1024 * 1024


@contextmanager
def writing(place: str) -> Iterator[None]:
    """Tell in a line what a disk, or a store, has against it.

    Raises:
        ArchiveError: It is full, or does not answer, or another backup writes there.
    """
    try:
        yield
    except StoreBusyError as error:
        raise ArchiveError(f"another backup is under way: {error}") from error
    except OSError as error:
        raise ArchiveError(f"{place} cannot be written: {error.strerror or error}") from error


class SegmentWriter:
    """Writes the file of a segment. Nothing is there until the first block is full.

    Args:
        name: Of the file in the store.
        begin: The first offset that it covers.
    """

    def __init__(self, store: Store, name: str, begin: int, block_bytes: int = BLOCK_BYTES) -> None:
        self._store = store
        self._name = name
        self._begin = begin
        self._block_bytes = block_bytes
        self._file: NewFile | None = None
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
        """Have everything there for good.

        Args:
            end: The offset behind the last one that is covered.
        """
        if self._waiting:
            self._write_block()
        if self._file is not None:
            with writing(self._store.show(self._name)):
                self._file.keep()
            self._file = None
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
            self._file.abandon()
            self._file = None

    def _write_block(self) -> None:
        block = pack(self._waiting)
        with writing(self._store.show(self._name)):
            if self._file is None:
                self._file = self._store.create(self._name)
            self._file.write(block)
        self._digest.update(block)
        self._size += len(block)
        self._waiting, self._waiting_bytes = [], 0


def read_segment(store: Store, log: Log, segment: Segment) -> Iterator[ConsumedRecord]:
    """The records of a file, under the topic's name in the archive, each block checked before.

    Raises:
        BrokenArchiveError: It is not there, or not what was written.
    """
    count, before = 0, segment.begin - 1
    name = log.file_of(segment)
    path = store.show(name)
    try:
        with store.open(name) as file:
            for block in read_blocks(file):
                for record in read_records(block, (log.topic, log.partition)):
                    if not before < record.offset < segment.end:
                        raise BrokenArchiveError(f"offset {record.offset} has no place in it")
                    before, count = record.offset, count + 1
                    yield record
    except OSError as error:
        raise BrokenArchiveError(f"{path} cannot be read: {error.strerror or error}") from error
    except BrokenArchiveError as error:
        raise BrokenArchiveError(f"{path}: {error}") from error
    if count != segment.records:
        raise BrokenArchiveError(f"{path} holds {count} records, not {segment.records}")


def check_digest(store: Store, log: Log, segment: Segment) -> None:
    """Hold a file against its checksum.

    Raises:
        BrokenArchiveError: It is not there, or not what was written.
    """
    digest, size = hashlib.sha256(), 0
    name = log.file_of(segment)
    path = store.show(name)
    try:
        with store.open(name) as file:
            while data := file.read(READ_BYTES):
                digest.update(data)
                size += len(data)
    except OSError as error:
        raise BrokenArchiveError(f"{path} cannot be read: {error.strerror or error}") from error
    if size != segment.size:
        raise BrokenArchiveError(f"{path} has {size} bytes, not {segment.size}")
    if digest.hexdigest() != segment.sha256:
        raise BrokenArchiveError(f"{path} is not what was written: its SHA-256 is another")
