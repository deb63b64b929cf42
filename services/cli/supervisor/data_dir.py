"""The folder that holds all of one stack, and the lock that keeps a second stack out of it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.cli.terminal.error import CliError, DataDirInUse


@contextmanager
def lock_data_dir(data_dir: Path) -> Iterator[None]:
    """Make the folder and hold it until the context is left. The kernel lets go on a crash.

    Raises:
        DataDirInUse: Another process holds it.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        file = (data_dir / "lock").open("a+")
    except OSError as error:
        raise CliError(f"cannot use the data folder {data_dir}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise DataDirInUse(
                f"a stack with pid {file.read().strip()} already runs in {data_dir}: stop it, or"
                " choose another folder with --data-dir"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
