"""Starts a stack in the background, and waits until it is ready."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from services.cli.log.file import read_last_line, turn_over
from services.cli.log.tail import LogTail
from services.cli.stack.stack_file import Stack, load_running_stack
from services.cli.supervisor.environment import inherited_env
from services.cli.supervisor.wait import Say
from services.cli.terminal.error import ServiceFailed

READY_S = 300.0
OWN_WORDS = ("ready: ", "error: ")
"""What the command that waits says itself."""
POLL_S = 0.1


def start_detached(data_dir: Path, arguments: Sequence[str], say: Say) -> Stack:
    """Run `brainshare up` so that it outlives this terminal.

    Args:
        arguments: Of `up`.
        say: Told what it says until it is ready.

    Raises:
        ServiceFailed: It ended, with its own last line and exit code; or is not ready in time.
    """
    log = data_dir / "log" / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    turn_over(log)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "up", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=inherited_env(),
            start_new_session=True,
        )
    deadline, tail = time.monotonic() + READY_S, LogTail(log)
    while time.monotonic() < deadline:
        for line in tail.new():
            if not line.startswith(OWN_WORDS):
                say(line)
        if (status := process.poll()) is not None:
            raise ServiceFailed(read_last_line(log).removeprefix("error: "), exit_code=status)
        stack = load_running_stack(data_dir)
        if stack is not None and stack.pid == process.pid and stack.is_ready:
            return stack
        time.sleep(POLL_S)  # noqa: TID251 - the interval at which the stack's file is looked at
    raise ServiceFailed(f"the stack is not ready after {READY_S:g} s, and goes on: see {log}")
