"""How far this process's clock is from the broker's, as far as acks prove it.

A record is appended after it was sent and before it was acked. A moment outside of that is said by
another clock; how long the ack took proves nothing.
"""

from services.telemetry.log import get_log
from services.telemetry.metric import CLOCK_SKEW

MOST_S = 5.0
"""Deadlines are set by one clock and kept by others: a job may lose so much of its time, twice."""

log = get_log()


def prove_skew_s(sent_s: float, appended_s: float, acked_s: float) -> float:
    """By how much the own clock is at least ahead of the broker's, in seconds; below 0 behind it.

    Args:
        sent_s: By the own clock, like acked_s, in Unix seconds.
        appended_s: By the broker's clock.
    """
    if appended_s < sent_s:
        return sent_s - appended_s
    return min(0.0, acked_s - appended_s)


class ClockSkew:
    """Shows the skew, and says once when it has become too large."""

    def __init__(self) -> None:
        self._is_told = False

    def observe(self, skew_s: float) -> None:
        """Take in what one ack proves."""
        CLOCK_SKEW.set(skew_s)
        is_off = abs(skew_s) > MOST_S
        if is_off and not self._is_told:
            log.warning(
                "clock_is_off",
                ahead_s=round(skew_s, 3),
                advice="set this host's clock, or the broker's: deadlines are kept by both",
            )
        self._is_told = is_off
