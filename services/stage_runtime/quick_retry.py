"""Tries a call again in the process, where that may help at once."""

import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.stage_runtime.error import StageError

T = TypeVar("T")


async def try_here(
    call: Callable[[], Awaitable[T]], pause: Callable[[float], Awaitable[None]]
) -> T:
    """Call until it succeeds or its failure's quick retries are used up. Waits with full jitter.

    Raises:
        StageError: The last failure.
    """
    tried = 0
    while True:
        try:
            return await call()
        except StageError as error:
            waits_s = error.verdict.here_s
            if tried >= len(waits_s):
                raise
            await pause(random.uniform(0, waits_s[tried]))
            tried += 1
