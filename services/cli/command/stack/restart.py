"""`brainshare restart`: stops one service cleanly, and the supervisor starts it again."""

import signal
import time

import click
import psutil

from services.cli.stack.stack_file import Stack
from services.cli.supervisor.data_dir import ask_restart
from services.cli.target.completion import complete_services
from services.cli.target.options import with_own_target
from services.cli.target.target import Target
from services.cli.terminal.error import CliError
from services.cli.terminal.output import print_json
from services.cli.terminal.waiting import say_waiting

RESTART_S = 120.0
POLL_S = 0.1


@click.command("restart")
@click.argument("service", shell_complete=complete_services)
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
@with_own_target
def command(target: Target, service: str, as_json: bool) -> None:
    """Stop SERVICE of the running stack cleanly, and wait until it runs again."""
    assert target.stack is not None  # as with_own_target makes sure
    old = _find(target.stack, service)
    try:
        process = psutil.Process(old)
        ask_restart(target.data_dir / "log", service, old)
        process.send_signal(signal.SIGTERM)
    except psutil.NoSuchProcess as error:
        told = f"see `brainshare logs {service}` for why; `brainshare down` and `up` start it again"
        raise CliError(f"{service} does not run, and is not started again: {told}") from error
    with say_waiting(f"{service} to stop and start: calls under way may end first"):
        new = _wait_for_another(target, service, old)
    if as_json:
        print_json({"service": service, "oldPid": old, "pid": new})
    else:
        click.echo(f"{service} was process {old}, and is {new}")


def _wait_for_another(target: Target, service: str, old: int) -> int:
    deadline = time.monotonic() + RESTART_S
    while (new := _pid_now(target, service)) in (None, old):
        if time.monotonic() > deadline:
            raise CliError(f"{service} is not back after {RESTART_S:g} s: see `brainshare logs`")
        time.sleep(POLL_S)  # noqa: TID251 - the interval at which the stack's file is looked at
    assert new is not None
    return new


def _find(stack: Stack, service: str) -> int:
    pids = {process.name: process.pid for process in stack.processes}
    if service not in pids:
        raise CliError(f"{service} is no service of this stack: it has {', '.join(pids)}")
    return pids[service]


def _pid_now(target: Target, service: str) -> int | None:
    stack = target.again().stack
    return _find(stack, service) if stack else None
