"""The file that a service's output goes to: turned over at a size, so many are kept."""

from io import FileIO
from pathlib import Path

from services.cli.log.line import tell_line

ROTATE_BYTES = 10_000_000
KEPT = 3
"""How many are kept beside the one that is written: 40 MB of a service at most."""
_TAIL_BYTES = 8192


class LogFile:
    """Takes a child's output. A full disk costs lines, and neither the child nor its supervisor.

    Args:
        limit_bytes: From which size on the next whole line goes to a new file.
    """

    def __init__(self, path: Path, limit_bytes: int = ROTATE_BYTES) -> None:
        self._path = path
        self._limit_bytes = limit_bytes
        self._file: FileIO | None = None
        self._lost_bytes = 0

    def write(self, output: bytes) -> None:
        """Append some output. No line is torn by a turn, save one longer than the limit."""
        size = self._size()
        if size == 0:
            self.close()  # so that it is made anew where somebody has removed it
        if size >= self._limit_bytes:
            head, end, output = output.partition(b"\n")
            self._put(head + end)
            if end or size >= 2 * self._limit_bytes:
                self._turn_over()
        self._put(output)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def _size(self) -> int:
        return self._path.stat().st_size if self._path.is_file() else 0

    def _put(self, output: bytes) -> None:
        left = memoryview(output)
        try:
            self._tell_lost()
            while left:
                left = left[self._open().write(left) :]
        except OSError:
            self._lost_bytes += len(left)

    def _tell_lost(self) -> None:
        if self._lost_bytes:
            self._open().write(b"\n[%d bytes could not be written here]\n" % self._lost_bytes)
            self._lost_bytes = 0

    def _open(self) -> FileIO:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab", buffering=0)
        return self._file

    def _turn_over(self) -> None:
        try:
            turn_over(self._path)
        except OSError:
            return  # it grows on until it can be turned over
        self.close()


def turn_over(path: Path) -> None:
    """Move a log aside, and those of before one further; the oldest goes."""
    names = [path, *(name_older(path, number) for number in range(1, KEPT + 1))]
    for older, newer in reversed([*zip(names[1:], names[:-1], strict=True)]):
        if newer.exists():
            newer.replace(older)


def read_last_line(path: Path) -> str:
    """The last line that is not blank, for a person, also where it has just been moved aside.

    "(no output)" where there is none.
    """
    lines = (*_read_tail(name_older(path, 1)), *_read_tail(path))
    last = next((line.strip() for line in reversed(lines) if line.strip()), "(no output)")
    return tell_line(last)


def name_older(path: Path, number: int) -> Path:
    """Where a log was moved to; 1 is the latest, KEPT the oldest."""
    return path.with_name(f"{path.name}.{number}")


def _read_tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            return file.read().decode(errors="replace").split("\n")
    except FileNotFoundError:
        return []
