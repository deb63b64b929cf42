"""The user's list of running stacks: how a command in another folder finds one."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from services.cli.stack.stack_file import load_running_stack
from services.cli.terminal.error import CliError


class RunningStacks:
    """A folder with one small file per stack, which holds the path of its data folder.

    A list that cannot be written (a read-only home) is none: a stack runs without it.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(click.get_app_dir("brainshare")) / "stacks"

    @contextmanager
    def noted(self, data_dir: Path) -> Iterator[None]:
        """Name a stack in the list until the context is left."""
        entry = self._folder / hashlib.sha256(bytes(data_dir)).hexdigest()[:16]
        with suppress(OSError):
            entry.parent.mkdir(parents=True, exist_ok=True)
            entry.write_bytes(bytes(data_dir))
        try:
            yield
        finally:
            with suppress(OSError):
                entry.unlink(missing_ok=True)

    def data_dirs(self) -> list[Path]:
        """The data folders of the stacks that run, and of no other: a kill leaves its entry."""
        with suppress(OSError):
            named = sorted(
                Path(os.fsdecode(entry.read_bytes())) for entry in self._folder.iterdir()
            )
            return [data_dir for data_dir in named if _is_running(data_dir)]
        return []


def _is_running(data_dir: Path) -> bool:
    with suppress(CliError, OSError):
        return load_running_stack(data_dir) is not None
    return False
