"""The folder of an archive, wherever it is: its list, its files, and a lock for who writes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from services.archive.catalogue import NAME, Catalogue, Log, Segment
from services.archive.error import ArchiveError, BrokenArchiveError
from services.archive.segment import check_digest, read_segment, writing
from services.archive.store.address import AddressError, open_store
from services.archive.store.store import Store
from services.kafka import ConsumedRecord

LOCK = "archive.lock"
OURS = {NAME, LOCK}


class ArchiveFolder:
    """An archive on a disk or in an object store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def place_of(self, log: Log, segment: Segment) -> str:
        """Where a file is, for people."""
        return self.store.show(log.file_of(segment))

    def read(self) -> Catalogue:
        """What it holds.

        Raises:
            BrokenArchiveError: There is no list, or not as it was written.
        """
        found = self.find()
        if found is None:
            raise BrokenArchiveError(
                f"{self.store.show()} is no archive: it has no {NAME}; `brainshare backup` writes"
                " one"
            )
        return found

    def find(self) -> Catalogue | None:
        """What it holds; None where nothing is there yet.

        Raises:
            BrokenArchiveError: The list is not as it was written.
        """
        try:
            data = self.store.read(NAME)
        except OSError as error:
            told = error.strerror or error
            raise BrokenArchiveError(f"{self.store.show(NAME)}: {told}") from error
        try:
            return None if data is None else Catalogue.from_file(data)
        except BrokenArchiveError as error:
            raise BrokenArchiveError(f"{self.store.show()}: {error}") from error

    def write(self, catalogue: Catalogue) -> None:
        """Replace the list, at once or not at all. The files that it names are there.

        Raises:
            ArchiveError: The disk is full, or does not answer, or another backup has begun.
        """
        with writing(self.store.show(NAME)):
            named = [log.file_of(segment) for log, segment in catalogue.files()]
            self.store.replace(NAME, catalogue.to_file(), named)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make it, and keep others from writing.

        Raises:
            ArchiveError: Another backup is under way, something else is in the folder, or it
                cannot be written.
        """
        with writing(self.store.show()):
            self.store.make()
            there = self.store.list_top()
        # A first backup that was cut off has left its lock.
        if there and not there & OURS:
            raise ArchiveError(
                f"{self.store.show()} holds something else: name a folder that is empty"
            )
        with ExitStack() as stack:
            with writing(self.store.show(LOCK)):
                stack.enter_context(self.store.hold(LOCK))
            yield

    def records(self, log: Log) -> Iterator[ConsumedRecord]:
        """The records of a log, under the topic's name in the archive, in their order.

        Raises:
            BrokenArchiveError: A file is not what was written.
        """
        for segment in log.segments:
            if segment.records:
                yield from read_segment(self.store, log, segment)

    def check_digests(self, catalogue: Catalogue) -> None:
        """Hold every file against its checksum.

        Raises:
            BrokenArchiveError: One is not what was written.
        """
        for log, segment in catalogue.files():
            check_digest(self.store, log, segment)

    def list_strange(self, catalogue: Catalogue) -> list[str]:
        """Files that the list does not name, as people are told of them.

        Raises:
            BrokenArchiveError: They cannot be listed.
        """
        named = {log.file_of(segment) for log, segment in catalogue.files()} | OURS
        try:
            there = sorted(self.store.list_names())
        except OSError as error:
            told = error.strerror or error
            raise BrokenArchiveError(f"{self.store.show()} cannot be listed: {told}") from error
        return [self.store.show(name) for name in there if name not in named]


def open_archive(said: str) -> ArchiveFolder:
    """The archive that a path or an address names. Nothing is read yet.

    Raises:
        ArchiveError: The address cannot be used.
    """
    try:
        return ArchiveFolder(open_store(said))
    except AddressError as error:
        raise ArchiveError(str(error)) from error
