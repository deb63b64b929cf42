"""How a command finds its stack that may not take just the only one that runs."""

import shlex
from pathlib import Path

from services.cli.client.settings import CommandSettings
from services.cli.target.target import Target, find_data_dir, find_target
from services.cli.terminal.argument import typed_arguments
from services.cli.terminal.error import CliError
from services.lifecycle.settings import read_settings


def find_own(url: str | None, data_dir: Path | None) -> Target:
    """For what ends processes: the stack that is named, or that of this folder or above.

    Raises:
        CliError: It does not run. Where another one does, the command that means it is told.
    """
    target = find_target(url, data_dir)
    if target.stack is None:
        raise CliError(f"no stack runs in {target.data_dir}: `brainshare up` starts one")
    missing = None
    if target.is_other:
        missing = f"no stack that runs here has the gateway {target.named_url} ({target.why})"
    elif target.is_elsewhere:
        missing = f"no stack runs in {find_data_dir()}"
    if missing is not None:
        raise _refuse(missing, target)
    return target


def find_meant(url: str | None, data_dir: Path | None) -> Target:
    """For what changes something: what is named, or the stack of this folder or above.

    Raises:
        CliError: The only one that runs is elsewhere, and the command that means it is told.
    """
    target = find_target(url, data_dir)
    if target.is_elsewhere:
        raise _refuse(f"no stack runs in {find_data_dir()}", target)
    return target


def find_kept(url: str | None, data_dir: Path | None) -> Target:
    """For what reads files: a stack that ran in this folder or above goes before one elsewhere."""
    is_named = url or data_dir or read_settings(CommandSettings).url
    near = None if is_named else find_data_dir()
    if near is not None and any((near / "log").glob("*.log")):
        return find_target(None, near)
    return find_target(url, data_dir)


def _refuse(missing: str, target: Target) -> CliError:
    line = _line_for(target.data_dir)
    return CliError(f"{missing}; one runs in {target.data_dir}: if that is meant, `{line}`")


def _line_for(data_dir: Path) -> str:
    """What was typed, with the folder named in place of an address."""
    typed = list(typed_arguments())
    if "--url" in typed:
        at = typed.index("--url")
        del typed[at : at + 2]
    kept = (word for word in typed if not word.startswith("--url="))
    return shlex.join(["brainshare", *kept, "--data-dir", str(data_dir)])
