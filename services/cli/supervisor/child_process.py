"""One child process: started so that it cannot outlive us, stopped within a grace period."""

import asyncio
import ctypes
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1


async def start_process(
    argv: Sequence[str], env: Mapping[str, str], output: int, folder: Path | None = None
) -> Process:
    """Start a child in a process group of its own, so that Ctrl-C reaches only the supervisor.

    Args:
        env: Its whole environment.
        output: The file descriptor that both its outputs go to.
        folder: Where it works; None for ours.
    """
    return await asyncio.create_subprocess_exec(
        *argv,
        stdin=DEVNULL,
        stdout=output,
        stderr=STDOUT,
        env=env,
        cwd=folder,
        preexec_fn=die_with_parent(),
        process_group=0,
    )


def die_with_parent() -> Callable[[], None] | None:
    """What a child must run before its exec, or None where the system has no such thing."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    # The kernel kills the child when the thread that started it ends, which a kill -9 of the
    # parent does too. That thread is the main one, in which the event loop runs. A parent that
    # died before the call is seen by the changed parent id.
    def ask_to_die() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return ask_to_die


async def stop_process(process: Process, grace_s: float, hurry: asyncio.Event) -> None:
    """Send SIGTERM, wait for the end until the grace is over or hurry is set, then SIGKILL."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    exited = asyncio.create_task(process.wait())
    hurried = asyncio.create_task(hurry.wait())
    await asyncio.wait({exited, hurried}, timeout=grace_s, return_when=asyncio.FIRST_COMPLETED)
    hurried.cancel()
    kill_group(process.pid)
    await exited


def kill_group(pid: int) -> None:
    """Kill what is left of the process and of what it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
