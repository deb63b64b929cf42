"""`brainshare down`: stops the stack that runs."""

import signal

import click
import psutil

from services.cli.target.options import with_own_target
from services.cli.target.target import Target
from services.cli.terminal.error import CliError
from services.cli.terminal.output import print_json, say

STOP_S = 120.0
"""Longer than agents drain."""


@click.command("down")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@with_own_target
def command(target: Target, as_json: bool) -> None:
    """Stop the running stack, and wait until nothing of it is left. Its data stays.

    That of another folder is stopped only when it is named.
    """
    assert target.stack is not None  # as with_own_target makes sure
    supervisor = psutil.Process(target.stack.pid)
    say(f"stopping the stack in {target.data_dir}: calls under way may end first")
    supervisor.send_signal(signal.SIGTERM)
    try:
        supervisor.wait(STOP_S)
    except psutil.TimeoutExpired as error:
        raise CliError(
            f"process {supervisor.pid} still stops after {STOP_S:g} s: once more ends it at once"
        ) from error
    if as_json:
        print_json({"stopped": supervisor.pid, "dataDir": str(target.data_dir)})
    else:
        click.echo("stopped")
