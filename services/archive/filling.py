"""Where filling the topics of a broker begins: at the beginning, behind what is there, or on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Protocol

from services.archive.catalogue import Catalogue, Log
from services.archive.error import NotEmptyError, OtherTopicsError
from services.archive.folder import ArchiveFolder
from services.kafka import ConsumedRecord, Position


class Told(StrEnum):
    """What is to be done with topics that hold records."""

    REFUSE = "refuse"
    GO_ON = "go on"
    APPEND = "append"


class ReadsRecords(Protocol):
    """Reads single records, wherever they lie."""

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        """The first offset that each partition still holds, and the one that comes next."""
        ...

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        """The record at an offset; None where it is not there any more."""


@dataclass(frozen=True)
class Filling:
    """How one log is filled.

    Attributes:
        position: Of the log at the broker.
        skipped: Records of the archive that are there already.
        base: The offset that the log had before the first of the archive.
    """

    log: Log
    position: Position
    skipped: int
    base: int

    @property
    def left(self) -> int:
        """Records that are to be written."""
        return self.log.records - self.skipped

    @property
    def end(self) -> int:
        """Where the log ends once all are."""
        return self.base + self.log.records

    def records(self, folder: ArchiveFolder) -> Iterator[ConsumedRecord]:
        """Those that are to be written."""
        return islice(folder.records(self.log), self.skipped, None)


async def plan_filling(
    catalogue: Catalogue, folder: ArchiveFolder, prefix: str, reader: ReadsRecords, told: Told
) -> list[Filling]:
    """Find out where each log is to be filled from.

    Args:
        reader: Of the topics that are there; what it has no bounds of is not.

    Raises:
        NotEmptyError: Records are there, and nobody said what is to become of them.
        OtherTopicsError: What is there is not the beginning of the archive, and it was to be.
        BrokenArchiveError: A file is not what was written.
    """
    begins, ends = await reader.bounds()
    positions = [((f"{prefix}{log.topic}", log.partition), log) for log in catalogue.logs]
    if told is Told.REFUSE:
        _refuse_records([at for at, _ in positions], begins, ends)
    fillings = []
    for at, log in positions:
        end = ends.get(at, 0)
        if told is Told.GO_ON:
            await _require_beginning(folder, log, at, end, reader)
            fillings.append(Filling(log, at, skipped=end, base=0))
        else:
            fillings.append(Filling(log, at, skipped=0, base=end))
    return fillings


def _refuse_records(
    positions: list[Position], begins: Mapping[Position, int], ends: Mapping[Position, int]
) -> None:
    held = {at: ends[at] - begins[at] for at in positions if ends.get(at, 0) > begins.get(at, 0)}
    if held:
        (topic, partition), count = next(iter(held.items()))
        raise NotEmptyError(
            f"{len({name for name, _ in held})} topics hold records already ({topic} [{partition}]"
            f" {count:,} of them): name an empty broker or another KAFKA_TOPIC_PREFIX; --go-on goes"
            " on with a restore that was cut off, --append writes behind what is there"
        )


async def _require_beginning(
    folder: ArchiveFolder, log: Log, at: Position, end: int, reader: ReadsRecords
) -> None:
    """Require that a log holds the first records of the archive, and nothing else."""
    if end == 0:
        return
    last = next(islice(folder.records(log), end - 1, None), None)
    found = None if last is None else await reader.read_at(at, end - 1)
    if last is None or found is None or not is_same(found, last):
        raise OtherTopicsError(
            f"{at[0]} [{at[1]}] ends at offset {end} with another record than the archive: it is"
            " not a restore of this archive that was cut off, so name an empty broker"
        )


def is_same(one: ConsumedRecord, other: ConsumedRecord) -> bool:
    """Whether two records are the same but for where they lie."""
    said, told = (
        (r.timestamp_ms, r.key, r.value, list(map(tuple, r.headers))) for r in (one, other)
    )
    return said == told
