"""What follows from an attempt, and when the next one is made. Pure.

2xx                              taken
410                              gone: the endpoint is disabled
no answer, 429, 502, 503, 504    away: so is everything for this endpoint, which is left alone
                                 for a while; whatever was due waits by its schedule
anything else, 3xx too           refused: this delivery waits by its schedule, others go on
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus

from schemas.retry_after import read_retry_after
from services.gateway.delivery.delivery import Attempt

JITTER = 0.2
"""So much longer at most, so that not everything that failed together comes back together."""

STEP_ASIDE = 5
"""After so many attempts a delivery does not keep those behind it any more."""

MAX_RETRY_AFTER_S = 24 * 3600

AWAY = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
SHARES = (50, 70, 90)
"""Per cent of the time to fail at which it is told, once each; at 100 the endpoint is disabled."""


class Verdict(StrEnum):
    """What an attempt came to."""

    TAKEN = "taken"
    GONE = "gone"
    AWAY = "away"
    REFUSED = "refused"


@dataclass(frozen=True)
class Schedule:
    """When is tried again what was not taken.

    Attributes:
        delays_s: After the first attempt, the second, and so on, in seconds; at least one. What
            comes to nothing once more is given up on.
    """

    delays_s: tuple[float, ...]

    @property
    def attempts(self) -> int:
        """How many attempts there are."""
        return len(self.delays_s) + 1

    def find_delay(self, attempts: int, draw: float) -> timedelta | None:
        """How long to wait after so many attempts; None: it is given up on.

        Args:
            draw: 0 to 1, for the jitter.
        """
        if attempts >= self.attempts:
            return None
        return timedelta(seconds=self.delays_s[attempts - 1] * (1 + JITTER * draw))

    def find_hold(self, absences: int, retry_after_s: float | None, draw: float) -> timedelta:
        """How long an endpoint is left alone that was away so often in a row.

        For the first delay, then twice as long and so on, up to the second one.
        """
        first_s, most_s = self.delays_s[0], self.delays_s[:2][-1]
        hold_s = min(most_s, first_s * 2.0 ** min(absences - 1, 10))
        return timedelta(seconds=max(hold_s * (1 + JITTER * draw), retry_after_s or 0))


def judge(attempt: Attempt) -> Verdict:
    """What an attempt came to."""
    status = attempt.status
    if status is None or status in AWAY:
        return Verdict.AWAY
    if 200 <= status < 300:
        return Verdict.TAKEN
    return Verdict.GONE if status == HTTPStatus.GONE else Verdict.REFUSED


def find_share(told: int, share: float) -> int:
    """The greatest per cent of the time to fail that is over; what was told where none is new."""
    return max([told, *(percent for percent in SHARES if share * 100 >= percent)])


def read_asked_wait(text: str, now_s: float) -> float | None:
    """How long a Retry-After asks to be left alone, in seconds, a day at most; None for nothing."""
    asked_s = read_retry_after(text, now_s)
    return None if asked_s is None else min(asked_s, MAX_RETRY_AFTER_S)
