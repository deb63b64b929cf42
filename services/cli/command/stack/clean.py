"""`brainshare clean`: says what a stack has left on the disk, and frees it when it is told to."""

import click

from services.cli.stack.leftover import (
    Leftover,
    find_leftovers,
    find_others,
    is_of_a_stack,
    remove,
)
from services.cli.supervisor.data_dir import lock_data_dir
from services.cli.target.options import with_target
from services.cli.target.target import Target
from services.cli.terminal.error import CliError
from services.cli.terminal.output import say

MIB = 1024 * 1024
KEPT = ("lock",)
"""Held while the rest goes, and gone with the folder."""


@click.command("clean")
@click.option("--yes", "is_told", is_flag=True, help="Remove it. All jobs are lost with it.")
@with_target
def command(target: Target, is_told: bool) -> None:
    """Say what a stack that does not run has left in its data folder; with --yes remove it."""
    if not target.data_dir.is_dir():
        raise CliError(f"there is no data folder {target.data_dir}: name one with --data-dir")
    if target.stack is not None:
        raise CliError(
            f"a stack runs in {target.data_dir} (process {target.stack.pid}): `brainshare down`"
            " stops it"
        )
    if not is_of_a_stack(target.data_dir):
        raise CliError(f"no stack has run in {target.data_dir}: name its folder with --data-dir")
    found = [item for item in find_leftovers(target.data_dir) if item.path.name not in KEPT]
    for item in found:
        click.echo(f"{_show(item.size):>10}  {item.path}  {item.purpose}")
    total = _show(sum(item.size for item in found))
    if is_told:
        _remove(target, found)
        say(f"{total} are free again")
    else:
        say(f"{total} would be free, and all jobs gone: add --yes")


def _remove(target: Target, found: list[Leftover]) -> None:
    try:
        with lock_data_dir(target.data_dir):
            for item in found:
                remove(item)
        (target.data_dir / "lock").unlink(missing_ok=True)
        if others := find_others(target.data_dir):
            say(f"{target.data_dir} stays: {others[0].name} in it is nothing of a stack's")
        else:
            target.data_dir.rmdir()
    except OSError as error:
        raise CliError(f"{error.filename} cannot be removed: {error.strerror}") from error


def _show(size: int) -> str:
    return f"{size / MIB:,.1f} MiB"
