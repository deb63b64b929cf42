"""Ctrl-C and SIGTERM: the first one asks for a clean stop, the second one for a quick one."""

import asyncio
import signal
from collections.abc import Callable, Coroutine

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run_until_interrupt(
    body: Coroutine[None, None, int],
    hurry: Callable[[], None],
    begin: Callable[[signal.Signals], None] = lambda _: None,
) -> int:
    """Run the body and return its exit code, or 0 when a signal ended it.

    Args:
        hurry: Called for each signal after the first, that is, while the caller cleans up. A
            terminal that is closed sends its own twice (the kernel and the shell): no haste.
        begin: Called with the first one.
    """
    task = asyncio.create_task(body)
    stop = asyncio.Event()

    def receive(number: signal.Signals) -> None:
        if not stop.is_set():
            begin(number)
        elif number is not signal.SIGHUP:
            hurry()
        stop.set()
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, receive, number)
    try:
        return await task
    except asyncio.CancelledError:
        if stop.is_set():
            return 0
        raise
