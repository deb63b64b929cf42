"""The folder that holds all of one stack, and the lock that keeps a second stack out of it."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from services.cli.terminal.error import CliError, DataDirInUse
from services.cli.terminal.os_error import tell_os_error
from services.lifecycle.lock import LockHeldError, hold_lock

LEAST_FREE_BYTES = 1_000_000


def is_full(folder: Path) -> bool:
    """Whether the disk of a folder has no room to speak of."""
    try:
        return shutil.disk_usage(folder).free < LEAST_FREE_BYTES
    except OSError:
        return False


@contextmanager
def lock_data_dir(data_dir: Path) -> Iterator[None]:
    """Make the folder and hold it until the context is left. The kernel lets go on a crash.

    Raises:
        DataDirInUse: Another process holds it.
    """
    with ExitStack() as held:
        try:
            held.enter_context(hold_lock(data_dir / "lock"))
        except LockHeldError as error:
            raise DataDirInUse(
                f"a stack with pid {error.holder} already runs in {data_dir}: stop it, or"
                " choose another folder with --data-dir"
            ) from error
        except OSError as error:
            why = tell_os_error(error)
            raise CliError(f"cannot use the data folder {data_dir}: {why}") from error
        yield
