"""A lock on a file, which one process at a time holds. The kernel lets go when that one ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LockHeldError(Exception):
    """Another process holds the lock.

    Attributes:
        holder: Its process id, as it has written it.
    """

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(f"process {holder or 'unknown'} holds {path}")
        self.holder = holder


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Make the file's folder, and hold the file until the context is left.

    Raises:
        LockHeldError: Another process holds it.
        OSError: It cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise LockHeldError(path, file.read().strip()) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
