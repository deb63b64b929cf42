"""Logs as a broker has them, in memory."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from itertools import islice

from schemas.kafka.topics import TopicNames
from services.archive.backup import BackupReport, Origin, copy_topics
from services.archive.folder import ArchiveFolder
from services.kafka import ConsumedRecord, Position
from tests.factory import NOW

NAMES = TopicNames()
ORIGIN = Origin("c-1", "", 2)


@dataclass
class KeptLogs:
    """Every topic, with two partitions.

    Attributes:
        asked: The topics of which the ends were asked for, in that order.
    """

    names: TopicNames = NAMES
    records: dict[Position, list[ConsumedRecord]] = field(default_factory=dict)
    begins: dict[Position, int] = field(default_factory=dict)
    ends: dict[Position, int] = field(default_factory=dict)
    places: dict[Position, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def positions(self) -> list[Position]:
        return [(topic, n) for topic in self.names.roles for n in range(ORIGIN.partitions)]

    def append(self, position: Position, at_ms: int = 0, value: bytes = b"v") -> ConsumedRecord:
        """Append a record to a log."""
        offset = self.ends.get(position, 0)
        record = ConsumedRecord(*position, offset, at_ms or 1_000 + offset, b"k", value, ())
        self.records.setdefault(position, []).append(record)
        self.ends[position] = offset + 1
        return record

    def delete_before(self, position: Position, offset: int) -> None:
        """Delete records, as retention does."""
        self.begins[position] = offset
        self.records[position] = [r for r in self.records[position] if r.offset >= offset]

    async def begin_offsets(self) -> dict[Position, int]:
        return {at: self.begins.get(at, 0) for at in self.positions}

    async def end_offsets(self, topics: Collection[str] | None = None) -> dict[Position, int]:
        self.asked += topics or ()
        wanted = [at for at in self.positions if topics is None or at[0] in topics]
        return {at: self.ends.get(at, 0) for at in wanted}

    async def seek(self, positions: Mapping[Position, int]) -> None:
        self.places |= positions

    async def read_to(
        self, ends: Mapping[Position, int], max_records: int
    ) -> AsyncIterator[list[ConsumedRecord]]:
        for at in ends:
            left = (r for r in self.records.get(at, ()) if r.offset >= self.places[at])
            while some := list(islice(left, max_records)):
                yield some

    async def back_up(self, folder: ArchiveFolder) -> BackupReport:
        """Bring the archive in a folder up to date."""
        with folder.held():
            report = await copy_topics(
                self, self.names, folder, folder.find(), ORIGIN, NOW, lambda _done, _total: None
            )
            folder.write(report.catalogue)
        return report


def archived(folder: ArchiveFolder) -> dict[Position, list[ConsumedRecord]]:
    """The records of an archive, by their logs."""
    logs = {(log.topic, log.partition): list(folder.records(log)) for log in folder.read().logs}
    return {at: records for at, records in logs.items() if records}


def plain(records: Mapping[Position, list[ConsumedRecord]]) -> dict[Position, list[object]]:
    """Records that can be compared: headers are a tuple here and a list there."""
    return {
        at: [(r.offset, r.timestamp_ms, r.key, r.value, *r.headers) for r in found]
        for at, found in records.items()
    }
