"""Tries a call again in the process, where that may help at once."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.failure.error import StageError
from services.failure.verdict import Patience

MAX_WAIT_HERE_S = 2.0

T = TypeVar("T")


async def try_here(
    call: Callable[[], Awaitable[T]], pause: Callable[[float], Awaitable[None]]
) -> T:
    """Call until it succeeds or its failure's quick retries are used up. Waits with full jitter.

    A provider that names a time is given that time; one that names a long one is not waited for
    here. Failures of one kind of patience do not use up another's.

    Raises:
        StageError: The last failure.
    """
    tried: Counter[Patience] = Counter()
    while True:
        try:
            return await call()
        except StageError as error:
            wait_s = find_wait_s(error, tried[error.verdict.patience])
            if wait_s is None:
                raise
            tried[error.verdict.patience] += 1
            await pause(wait_s)


def find_wait_s(error: StageError, tried: int) -> float | None:
    """How long to wait before trying again here, in seconds; None to try no more.

    Args:
        tried: How often that was done already, for want of the same patience.
    """
    bounds_s, asked_s = error.verdict.here_s, error.retry_after_s or 0.0
    if tried >= len(bounds_s) or asked_s > MAX_WAIT_HERE_S:
        return None
    return asked_s + random.uniform(0, bounds_s[tried])
