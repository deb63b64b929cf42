"""Holds every file of an archive against what its list says: checksums, counts, offsets."""

from collections.abc import Callable
from dataclasses import dataclass

from services.archive.catalogue import Catalogue, Log, Segment
from services.archive.error import BrokenArchiveError
from services.archive.folder import ArchiveFolder
from services.archive.segment import check_digest, read_segment
from services.archive.store.store import Store


@dataclass(frozen=True)
class Verification:
    """What was found.

    Attributes:
        faults: Files that are not what was written, each in a line.
        strange: Files that the list does not name: of a backup that was cut off, or of somebody.
    """

    catalogue: Catalogue
    faults: tuple[str, ...]
    strange: tuple[str, ...]


def verify(folder: ArchiveFolder, tell: Callable[[int, int], None]) -> Verification:
    """Read all of an archive.

    Args:
        tell: Told how many of so many bytes are read.

    Raises:
        BrokenArchiveError: There is no list, or not as it was written.
    """
    catalogue = folder.read()
    files, faults, done = list(catalogue.files()), list[str](), 0
    total = sum(segment.size for _, segment in files)
    for log, segment in files:
        try:
            _check(folder.store, log, segment)
        except BrokenArchiveError as error:
            faults.append(str(error))
        done += segment.size
        tell(done, total)
    return Verification(catalogue, tuple(faults), tuple(folder.list_strange(catalogue)))


def _check(store: Store, log: Log, segment: Segment) -> None:
    check_digest(store, log, segment)
    path = store.show(log.file_of(segment))
    oldest, newest = segment.oldest_ms, segment.newest_ms
    last, last_ms = -1, -1
    for record in read_segment(store, log, segment):
        if oldest is None or newest is None or not oldest <= record.timestamp_ms <= newest:
            raise BrokenArchiveError(f"{path}: offset {record.offset} is not of the time told")
        last, last_ms = record.offset, record.timestamp_ms
    if (last, last_ms) != (segment.last, segment.last_ms):
        raise BrokenArchiveError(f"{path} ends with offset {last}, not {segment.last}")
