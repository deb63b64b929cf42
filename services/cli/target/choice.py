"""How a command finds its stack that may not take just the only one that runs."""

import shlex
from pathlib import Path

import click

from services.cli.client.settings import CommandSettings
from services.cli.target.target import Target, find_data_dir, find_target
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
        line = _line_for(target.data_dir)
        raise CliError(f"{missing}; one runs in {target.data_dir}: if that is meant, `{line}`")
    return target


def find_kept(url: str | None, data_dir: Path | None) -> Target:
    """For what reads files: a stack that ran in this folder or above goes before one elsewhere."""
    is_named = url or data_dir or read_settings(CommandSettings).url
    near = None if is_named else find_data_dir()
    if near is not None and any((near / "log").glob("*.log")):
        return find_target(None, near)
    return find_target(url, data_dir)


def _line_for(data_dir: Path) -> str:
    """What was typed, with the folder named."""
    context = click.get_current_context()
    words = [param.name for param in context.command.params if isinstance(param, click.Argument)]
    given = [str(context.params[name]) for name in words if name]
    return shlex.join(["brainshare", context.info_name or "", *given, "--data-dir", str(data_dir)])
