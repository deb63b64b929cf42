"""Looks again and again, also across a broker that goes away and comes back."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from services.cli.audit.error import AuditImpossible
from services.cli.audit.report import Report
from services.kafka import BrokerUnavailableError

WATCH_S = 5.0
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0

# The client library's errors, which may not be named here, are RuntimeErrors.
BROKER_ERRORS = (BrokerUnavailableError, RuntimeError, OSError)
AWAY = (*BROKER_ERRORS, AuditImpossible)


class Looking(Protocol):
    """What is watched with: an Auditor."""

    async def look(self) -> Report:
        """Read what is new and judge."""

    async def listen(self, seconds: float) -> None:
        """Take in what arrives in the meantime."""


async def wait(seconds: float) -> None:
    """Wait before the broker is asked again."""
    await asyncio.sleep(seconds)  # noqa: TID251 - the broker's time to come back


async def watch(
    open_audit: Callable[[], AbstractAsyncContextManager[Looking]],
    show: Callable[[Report], None],
    say: Callable[[str], None],
    pause: Callable[[float], Awaitable[None]] = wait,
) -> None:
    """Look for ever. After a broker's absence all is counted anew, for its logs may be others.

    Args:
        say: Told once that the broker is away, and once that it is back.
        pause: Waits so many seconds.

    Raises:
        BrokerUnavailableError, AuditImpossible: Already the first look was not possible.
    """
    has_looked, wait_s = False, FIRST_WAIT_S
    while True:
        try:
            async with open_audit() as audit:
                while True:
                    report = await audit.look()
                    if wait_s > FIRST_WAIT_S:
                        say("the topics can be read again")
                    has_looked, wait_s = True, FIRST_WAIT_S
                    show(report)
                    await audit.listen(WATCH_S)
        except (*AWAY, asyncio.CancelledError) as error:
            if not has_looked or _is_cancelled():
                raise
            if wait_s == FIRST_WAIT_S:
                say(f"{_name(error)}; waiting for it, Ctrl-C ends this")
            await pause(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)


def _is_cancelled() -> bool:
    """Whether it is we who are cancelled.

    While no broker answers, aiokafka's stop of a consumer lets the cancellation of its own fetch
    out (Fetcher.close awaits what it has cancelled).
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _name(error: BaseException) -> str:
    """What the broker's absence was first seen by, under the cancellation that it led to."""
    cause = error.__context__ if isinstance(error, asyncio.CancelledError) else error
    return str(cause) if isinstance(cause, AWAY) else "the broker does not answer"
