"""The folder of an archive: its list, its files, and a lock for who writes."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from services.archive.catalogue import NAME, Catalogue, Log, Segment
from services.archive.error import ArchiveError, BrokenArchiveError
from services.archive.segment import FILE_MODE, check_digest, read_segment, writing
from services.kafka import ConsumedRecord
from services.lifecycle.lock import LockHeldError, hold_lock

FOLDER_MODE = 0o700
"""It holds people's tables."""
LOCK = "archive.lock"
OURS = {NAME, LOCK}


class ArchiveFolder:
    """An archive on a disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def place_of(self, log: Log, segment: Segment) -> Path:
        """Where a file is."""
        return self.path / log.file_of(segment)

    def read(self) -> Catalogue:
        """What it holds.

        Raises:
            BrokenArchiveError: There is no list, or not as it was written.
        """
        found = self.find()
        if found is None:
            raise BrokenArchiveError(
                f"{self.path} is no archive: it has no {NAME}; `brainshare backup` writes one"
            )
        return found

    def find(self) -> Catalogue | None:
        """What it holds; None where nothing is there yet.

        Raises:
            BrokenArchiveError: The list is not as it was written.
        """
        try:
            data = (self.path / NAME).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BrokenArchiveError(f"{self.path / NAME}: {error.strerror}") from error
        try:
            return Catalogue.from_file(data)
        except BrokenArchiveError as error:
            raise BrokenArchiveError(f"{self.path}: {error}") from error

    def write(self, catalogue: Catalogue) -> None:
        """Replace the list, at once or not at all. The files that it names are there.

        Raises:
            ArchiveError: The disk is full, or does not answer.
        """
        with writing(self.path / NAME):
            self._write(catalogue)

    def _write(self, catalogue: Catalogue) -> None:
        # The files first: a list that a power cut leaves names nothing that is not there.
        logs = {self.place_of(*one).parent for one in catalogue.files()}
        for folder in logs | {log.parent for log in logs}:
            _sync(folder)
        new = self.path / f"{NAME}.new"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(catalogue.to_file())
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path / NAME)
        _sync(self.path)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make it, and keep others from writing.

        Raises:
            ArchiveError: Another backup is under way, something else is in the folder, or it
                cannot be written.
        """
        with writing(self.path):
            self.path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            if not (self.path / NAME).exists() and not self._is_begun():
                raise ArchiveError(f"{self.path} holds something else: name a folder that is empty")
        with ExitStack() as stack:
            try:
                with writing(self.path / LOCK):
                    stack.enter_context(hold_lock(self.path / LOCK))
            except LockHeldError as error:
                raise ArchiveError(f"another backup is under way: {error}") from error
            yield

    def _is_begun(self) -> bool:
        """Whether a first backup may have been cut off here, or nothing is here."""
        return (self.path / LOCK).exists() or not any(self.path.iterdir())

    def records(self, log: Log) -> Iterator[ConsumedRecord]:
        """The records of a log, under the topic's name in the archive, in their order.

        Raises:
            BrokenArchiveError: A file is not what was written.
        """
        for segment in log.segments:
            if segment.records:
                yield from read_segment(self.place_of(log, segment), log, segment)

    def check_digests(self, catalogue: Catalogue) -> None:
        """Hold every file against its checksum.

        Raises:
            BrokenArchiveError: One is not what was written.
        """
        for log, segment in catalogue.files():
            check_digest(self.place_of(log, segment), segment)

    def list_strange(self, catalogue: Catalogue) -> list[Path]:
        """Files that the list does not name."""
        named = {self.place_of(*one) for one in catalogue.files()}
        named |= {self.path / name for name in OURS}
        there = (path for path in self.path.rglob("*") if path.is_file())
        return sorted(path for path in there if path not in named)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
