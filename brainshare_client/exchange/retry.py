"""Whether a request that came to nothing is sent again, and after how long."""

import random
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

from brainshare_client.exchange.call import Call
from brainshare_client.exchange.error import BrainshareError, ConnectionFailed

MAX_RETRIES = 5
FIRST_PAUSE_S = 0.5
MOST_PAUSE_S = 8.0
LONGEST_WAIT_S = 60.0
"""Whoever asks to be left alone for longer is not waited for: the caller is told."""

NOTHING_WAS_DONE = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
NOBODY_KNOWS = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)


@dataclass(frozen=True)
class Failed:
    """A request that came to nothing, and could be sent again.

    Attributes:
        attempt: How often it was sent, from 1.
        elapsed_s: Since it was sent for the first time.
        has_answered: Whether this client has ever had an answer.
    """

    error: BrainshareError
    attempt: int
    elapsed_s: float
    has_answered: bool = False


class RetryPolicy(Protocol):
    """Decides how long is waited before a request is sent again."""

    def pause_s(self, failed: Failed) -> float | None:
        """How long, in seconds; None: it is not sent again, and the caller gets the error."""


@dataclass(frozen=True)
class Backoff:
    """Waits longer each time, and never less than the gateway asks for."""

    max_retries: int = MAX_RETRIES

    def pause_s(self, failed: Failed) -> float | None:
        """How long; None after so many retries, or where the gateway asks for too long."""
        if failed.attempt > self.max_retries:
            return None
        most_s = min(MOST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failed.attempt - 1, 10))
        asked_s = failed.error.retry_after_s
        if asked_s is None:
            return most_s * random.uniform(0.5, 1.0)
        return None if asked_s > LONGEST_WAIT_S else asked_s + random.uniform(0, FIRST_PAUSE_S)


def may_repeat(call: Call[Any], error: BrainshareError) -> bool:
    """Whether a call may be sent again after an error."""
    if isinstance(error, ConnectionFailed):
        return call.is_repeatable or not error.is_sent
    if error.status in NOTHING_WAS_DONE:
        return True
    return call.is_repeatable and error.status in NOBODY_KNOWS
