"""How a process of ours ends: asked to, before it has begun, or because it cannot go on."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from services.lifecycle import exit_status
from services.telemetry.log import get_log

log = get_log()


def on_stop(react: Callable[[], object]) -> None:
    """React so to SIGTERM and SIGINT, and no longer as before. Needs a running loop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, react)


def refuse(reason: str, status: int = exit_status.REFUSED) -> NoReturn:
    """Leave without having begun, with a line for each reason."""
    _say(reason)
    raise SystemExit(status)


def refuse_at_once(reason: str, status: int = exit_status.REFUSED) -> NoReturn:
    """Leave likewise from within a framework that would catch the exit."""
    _say(reason)
    os._exit(status)


def end_at_once() -> NoReturn:
    """End the process, which cannot go on. What it was doing is done again by the next one."""
    os._exit(exit_status.BUG)


def end_on_failure(task: asyncio.Task[None]) -> None:
    """End the process when a task that must run for ever has failed."""
    if not task.cancelled() and task.exception() is not None:
        log.critical("background_task_failed", exc_info=task.exception())
        end_at_once()


def _say(reason: str) -> None:
    sys.stderr.writelines(f"error: {line}\n" for line in reason.splitlines())
    sys.stderr.flush()
