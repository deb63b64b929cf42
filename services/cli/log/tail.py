"""The end of a log, and what is added to it, also when it is turned over meanwhile."""

import os
from collections import deque
from contextlib import suppress
from pathlib import Path


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
            if status.st_ino != self._file_id or status.st_size < self._offset:
                self._file_id, self._offset, self._rest = status.st_ino, 0, b""
            file.seek(self._offset)
            added = file.read()
            self._offset += len(added)
            *lines, self._rest = (self._rest + added).split(b"\n")
            return [line.decode(errors="replace") for line in lines]
        return []
