"""The files of an archive in a folder of a disk."""

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

from services.archive.store.store import Readable, StoreBusyError
from services.lifecycle.lock import LockHeldError, hold_lock

FOLDER_MODE = 0o700
FILE_MODE = 0o600
"""They hold people's tables."""


class DiskStore:
    """A folder. What is kept there outlasts a power cut."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def show(self, name: str = "") -> str:
        """Where a file is, or the folder."""
        return str(self.path / name)

    def make(self) -> None:
        """Make the folder."""
        self.path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)

    def list_top(self) -> set[str]:
        """What is in it."""
        return {path.name for path in self.path.iterdir()}

    def list_names(self) -> Iterator[str]:
        """Every file in it, and in the folders below."""
        there = (path for path in self.path.rglob("*") if path.is_file())
        return (path.relative_to(self.path).as_posix() for path in there)

    def read(self, name: str) -> bytes | None:
        """All of a file; None where it is not there."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def open(self, name: str) -> AbstractContextManager[Readable]:
        """A file, to be read piece by piece."""
        return (self.path / name).open("rb")

    def create(self, name: str) -> "DiskFile":
        """A file, to be written in place of what is there."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return DiskFile(_create(path))

    def replace(self, name: str, data: bytes, behind: Iterable[str]) -> None:
        """Replace a small file, at once or not at all."""
        # The others first: a list that a power cut leaves names nothing that is not there.
        folders = {(self.path / name).parent for name in behind}
        for folder in folders | {folder.parent for folder in folders}:
            _sync(folder)
        new = self.path / f"{name}.new"
        with _create(new) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path / name)
        _sync(self.path)

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Keep others from writing: the kernel lets go when this process ends."""
        try:
            with hold_lock(self.path / name):
                yield
        except LockHeldError as error:
            raise StoreBusyError(str(error)) from error


class DiskFile:
    """A file that is being written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes, /) -> None:
        """Write behind what was written."""
        self._file.write(data)

    def keep(self) -> None:
        """Have all of it on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Let go of it, as far as it is written."""
        self._file.close()


def _create(path: Path) -> BinaryIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    return os.fdopen(descriptor, "wb")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
