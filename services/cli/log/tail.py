"""The end of a log, and what is added to it, also when it is turned over meanwhile."""

import os
from collections import deque
from contextlib import suppress
from pathlib import Path

from services.cli.log.file import name_older


class LogTail:
    """Reads one log from its end on. A log that is not there yet is empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._file_id: int | None = None
        self._rest = b""

    def last(self, count: int) -> list[str]:
        """The last lines; what follows is new."""
        return list(deque(self.new(), maxlen=count))

    def new(self) -> list[str]:
        """The lines since the last look."""
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_ino != self._file_id:
                self._rest = self._read_end_of_old()
                self._file_id, self._offset = status.st_ino, 0
            elif status.st_size < self._offset:
                self._offset, self._rest = 0, b""
            file.seek(self._offset)
            added = file.read()
            self._offset += len(added)
            *lines, self._rest = (self._rest + added).split(b"\n")
            return [line.decode(errors="replace") for line in lines]
        return []

    def _read_end_of_old(self) -> bytes:
        """What the file of the last look has got since, where it was turned over and not lost."""
        with suppress(FileNotFoundError), name_older(self._path, 1).open("rb") as file:
            if os.fstat(file.fileno()).st_ino == self._file_id:
                file.seek(self._offset)
                return self._rest + file.read()
        return b""
