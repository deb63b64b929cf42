"""`brainshare clean`: says what a stack has left on the disk, and frees it when it is told to."""

from pathlib import Path
from typing import Any

import click

from services.cli.stack.leftover import (
    Leftover,
    find_leftovers,
    find_others,
    is_of_a_stack,
    remove,
)
from services.cli.stack.stack_file import load_running_stack
from services.cli.supervisor.data_dir import lock_data_dir
from services.cli.target.target import find_data_dir
from services.cli.terminal.error import CliError
from services.cli.terminal.help import name_setting
from services.cli.terminal.os_error import tell_os_error
from services.cli.terminal.output import print_json, say

KIB = 1024
MIB = 1024 * KIB
KEPT = ("lock",)
"""Held while the rest goes, and gone with the folder."""


@click.command("clean")
@click.option("--yes", "is_told", is_flag=True, help="Remove it. All jobs are lost with it.")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@click.option(
    "--data-dir",
    "named",
    type=click.Path(path_type=Path, file_okay=False),
    help=name_setting(
        "Data folder of the stack.", "BRAINSHARE_DATA_DIR", "the nearest .brainshare here or above"
    ),
)
def command(named: Path | None, is_told: bool, as_json: bool) -> None:
    """Say what a stack that does not run has left in its data folder; with --yes remove it."""
    data_dir = find_data_dir(named)
    if not data_dir.is_dir():
        raise CliError(f"there is no data folder {data_dir}: name one with --data-dir")
    if (stack := load_running_stack(data_dir)) is not None:
        raise CliError(
            f"a stack runs in {data_dir} (process {stack.pid}): `brainshare down` stops it"
        )
    if not is_of_a_stack(data_dir):
        raise CliError(f"no stack has run in {data_dir}: name its folder with --data-dir")
    found = [item for item in find_leftovers(data_dir) if item.path.name not in KEPT]
    if is_told:
        _remove(data_dir, found)
    if as_json:
        print_json(_describe(data_dir, found, is_removed=is_told))
    else:
        _list(data_dir, found, is_removed=is_told)
    total = _show(sum(item.size for item in found))
    told = "are free again" if is_told else "would be free, and all jobs gone: add --yes"
    say(f"{total} {told}")


def _list(data_dir: Path, found: list[Leftover], *, is_removed: bool) -> None:
    click.echo(f"removed from {data_dir}:" if is_removed else f"in {data_dir}:")
    width = max((len(item.path.name) for item in found), default=0)
    for item in found:
        click.echo(f"{_show(item.size):>10}  {item.path.name:<{width}}  {item.purpose}")


def _describe(data_dir: Path, found: list[Leftover], *, is_removed: bool) -> dict[str, Any]:
    """What there was, for programs; sizes in bytes."""
    return {
        "dataDir": str(data_dir),
        "isRemoved": is_removed,
        "bytes": sum(item.size for item in found),
        "items": [
            {"path": str(item.path), "purpose": item.purpose, "bytes": item.size} for item in found
        ],
    }


def _remove(data_dir: Path, found: list[Leftover]) -> None:
    try:
        with lock_data_dir(data_dir):
            for item in found:
                remove(item)
        (data_dir / "lock").unlink(missing_ok=True)
        if others := find_others(data_dir):
            say(f"{data_dir} stays: {others[0].name} in it is nothing of a stack's")
        else:
            data_dir.rmdir()
    except OSError as error:
        raise CliError(f"{error.filename} cannot be removed: {tell_os_error(error)}") from error


def _show(size: int) -> str:
    if size < KIB:
        return f"{size} B"
    return f"{size / MIB:,.1f} MiB" if size >= MIB else f"{size / KIB:,.0f} KiB"
