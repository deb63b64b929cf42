"""Writes a file whole or not at all, and over another one only when that was asked for."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from services.cli.terminal.error import CliError
from services.cli.terminal.os_error import tell_os_error


def refuse_existing(path: Path, *, overwrite: bool) -> None:
    """Say before any work that a file may not be written.

    Raises:
        CliError: Something stands there already.
    """
    if path.is_dir():
        raise CliError(f"{path} is a folder: name a file")
    if path.exists() and not overwrite:
        raise CliError(f"{path} exists already: name another file, or add --overwrite")


def write_new(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file beside its place, and move it there when it is whole.

    Raises:
        CliError: It cannot be written, or something stands there already.
    """
    refuse_existing(path, overwrite=overwrite)
    target = path.resolve() if path.is_symlink() else path
    draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        if overwrite and target.exists():
            draft.chmod(target.stat().st_mode & 0o777)
        if overwrite:
            draft.replace(target)
        else:
            _move_to_free_place(draft, target)
    except OSError as error:
        raise CliError(f"{path} cannot be written: {tell_os_error(error)}") from error
    finally:
        with suppress(OSError):
            draft.unlink()


def _move_to_free_place(draft: Path, target: Path) -> None:
    """A link is refused where something has come to stand since we looked; a move would not be."""
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        draft.replace(target)
