"""Says what is waited for, once a wait has become one that a person notices."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.cli.terminal.output import is_quiet, say

SAY_AFTER_S = 1.0


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
