"""The folder that holds all of one stack, and the lock that keeps a second stack out of it."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
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


def ask_restart(log_dir: Path, service: str, pid: int) -> None:
    """Leave word for the supervisor that this process of a service is about to end as asked.

    Where it cannot be left, the service is started again all the same, as one that has died.
    """
    with suppress(OSError):
        _restart_file(log_dir, service).write_text(str(pid), encoding="ascii")


def is_restart_asked(log_dir: Path, service: str, pid: int) -> bool:
    """Whether word was left that this process is to end. It is told once."""
    path = _restart_file(log_dir, service)
    try:
        asked = path.read_bytes()
        path.unlink()
    except OSError:
        return False
    return asked == str(pid).encode()


def _restart_file(log_dir: Path, service: str) -> Path:
    return log_dir / f"{service}.restart"


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
