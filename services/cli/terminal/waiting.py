"""Says what is waited for, once a wait has become one that a person notices, and how far it is."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.cli.terminal.output import is_quiet, say

SAY_AFTER_S = 1.0
SAY_EVERY_S = 2.0


@contextmanager
def say_waiting(what: str, tell: Callable[[str], None] = say) -> Iterator[None]:
    """Say that `what` is waited for if the block takes longer than a second; --quiet does not."""
    timer = threading.Timer(SAY_AFTER_S, tell, [f"waiting for {what}"])
    timer.daemon = True
    if not is_quiet():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def say_progress(what: str) -> Callable[[int, int], None]:
    """What says how many of how many of `what` are done, now and then."""
    said_at = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= SAY_EVERY_S:
            said_at = time.monotonic()
            say(f"{done:,} of {total:,} {what} ({done * 100 // max(1, total)} %)")

    return tell
