"""Ctrl-C and SIGTERM: the first one asks for a clean stop, the second one for a quick one."""

import asyncio
import signal
from collections.abc import Callable, Coroutine

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run_until_interrupt(body: Coroutine[None, None, int], hurry: Callable[[], None]) -> int:
    """Run the body and return its exit code, or 0 when a signal ended it.

    Args:
        hurry: Called for each signal after the first, that is, while the caller cleans up.
    """
    task = asyncio.create_task(body)
    stop = asyncio.Event()

    def receive() -> None:
        if stop.is_set():
            hurry()
        stop.set()
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, receive)
    try:
        return await task
    except asyncio.CancelledError:
        if stop.is_set():
            return 0
        raise
