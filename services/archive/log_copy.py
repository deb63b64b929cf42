"""Copies what is new of one log into files, and sees whether it is still the same log."""

from services.archive.catalogue import Log, Segment
from services.archive.error import OtherTopicsError
from services.archive.folder import ArchiveFolder
from services.archive.segment import SegmentWriter
from services.kafka import ConsumedRecord

SEGMENT_BYTES = 256 * 1024 * 1024
"""Of a file before it is packed: then the next one begins."""

BEGIN_ANOTHER = "the topics were made again: begin another archive, in an empty folder"


class LogCopy:
    """Takes in what was read of one log.

    Args:
        known: What the archive has of it.
        begin: The first offset that the log still holds; end: up to which it is copied.

    Raises:
        OtherTopicsError: It is not the log that the archive has.
    """

    def __init__(self, folder: ArchiveFolder, known: Log, begin: int, end: int) -> None:
        if known.end > end:
            raise OtherTopicsError(
                f"{known.topic} [{known.partition}] ends at offset {end}, the archive has it up to"
                f" {known.end}: {BEGIN_ANOTHER}"
            )
        self._folder = folder
        self._known = known
        self.end = end
        self.start = max(known.end, begin)
        last = known.last
        # What Kafka has deleted tells nothing any more.
        self._mark = last if last and (last.last or 0) >= begin else None
        self._segments = list(known.segments)
        self._writer = self._open(self.start)
        self.records = self.unreadable = 0

    @property
    def place(self) -> int:
        """Where to read from: the last record that the archive has, which tells the log again."""
        last = None if self._mark is None else self._mark.last
        return self.start if last is None else last

    @property
    def gone(self) -> int:
        """Offsets that Kafka deleted since the last backup, before they were backed up."""
        return self.start - self._known.end if self._known.segments else 0

    def take(self, record: ConsumedRecord) -> None:
        """Take in a record that was read.

        Raises:
            OtherTopicsError: It is not of the log that the archive has.
            ArchiveError: The disk is full, or does not answer.
        """
        if record.offset >= self.end:
            return
        if record.offset < self.start:
            self._hold_against(record)
            return
        before = self._writer.last_offset
        if before is not None and record.offset <= before:
            raise OtherTopicsError(f"{self._name} was made again while it was read")
        if self._writer.unpacked_bytes >= SEGMENT_BYTES:
            self._segments.append(self._writer.close(record.offset))
            self._writer = self._open(record.offset)
        self._writer.add(record)
        self.records += 1
        self.unreadable += record.unreadable is not None

    def close(self) -> Log:
        """Have everything on the disk, and tell what the archive has of the log now."""
        if self.start < self.end:
            self._segments.append(self._writer.close(self.end))
        return self._known.model_copy(update={"segments": tuple(self._segments)})

    @property
    def added(self) -> list[Segment]:
        """What this copy has added."""
        return self._segments[len(self._known.segments) :]

    def abandon(self) -> None:
        """Let go of the file that is being written."""
        self._writer.abandon()

    def _open(self, begin: int) -> SegmentWriter:
        told = Segment(begin=begin, end=begin + 1, records=0)
        return SegmentWriter(self._folder.store, self._known.file_of(told), begin)

    def _hold_against(self, record: ConsumedRecord) -> None:
        mark = self._mark
        if mark and record.offset == mark.last and record.timestamp_ms != mark.last_ms:
            raise OtherTopicsError(
                f"{self._name} has another record at offset {record.offset}: {BEGIN_ANOTHER}"
            )

    @property
    def _name(self) -> str:
        return f"{self._known.topic} [{self._known.partition}]"
