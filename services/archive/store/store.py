"""What an archive has to know of where its files lie.

Whatever is against it is an OSError whose text names no secret of the place.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol


class StoreBusyError(OSError):
    """Somebody else writes there. Says who."""


class Readable(Protocol):
    """A file that is read from its beginning."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, fewer than asked for at the end only."""
        ...


class NewFile(Protocol):
    """A file that is being written. It counts for nothing until it is kept."""

    def write(self, data: bytes, /) -> None:
        """Write behind what was written."""

    def keep(self) -> None:
        """Have all of it there for good."""

    def abandon(self) -> None:
        """Let go of it."""


class Store(Protocol):
    """Files by their names, which are parted by slashes."""

    def show(self, name: str = "") -> str:
        """Where a file is, or all of them, for people."""
        ...

    def make(self) -> None:
        """Make the place where it is missing, if it is one that can be."""

    def list_top(self) -> set[str]:
        """The first parts of all names."""
        ...

    def list_names(self) -> Iterator[str]:
        """All names."""
        ...

    def read(self, name: str) -> bytes | None:
        """All of a file; None where it is not there."""
        ...

    def open(self, name: str) -> AbstractContextManager[Readable]:
        """A file, to be read piece by piece."""
        ...

    def create(self, name: str) -> NewFile:
        """A file, to be written in place of what is there."""
        ...

    def replace(self, name: str, data: bytes, behind: Iterable[str]) -> None:
        """Replace a small file, at once or not at all.

        Args:
            behind: Names of files that are there for good before it is.
        """

    def hold(self, name: str) -> AbstractContextManager[None]:
        """Keep others from writing, by a file of that name.

        Raises:
            StoreBusyError: Another one holds it.
        """
        ...
