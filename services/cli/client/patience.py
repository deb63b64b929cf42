"""How long a gateway that does not answer, or is not ready, is asked again."""

from collections.abc import Callable
from http import HTTPStatus

from brainshare_client.exchange.error import ConnectionFailed
from brainshare_client.exchange.retry import Failed

FIRST_ANSWER_S = 0.5
"""A gateway that has never answered is not there: a person is told at once."""
RETRY_FOR_S = 30.0
RETRY_INTERVAL_S = 0.3
SAY_AFTER_S = 1.0

Say = Callable[[str], None]


class Patience:
    """Asks again: briefly until the first answer, longer once there was one.

    Args:
        first_s: How long the first answer is waited for, in seconds.
        then_s: How long one that had answered is waited for, or one that is not ready (503).
        say: Told once per wait what is waited for.
        absence: What is known of a gateway that does not answer; None for what can always be done.
    """

    def __init__(
        self,
        first_s: float = RETRY_FOR_S,
        then_s: float = RETRY_FOR_S,
        say: Say = lambda _: None,
        absence: str | None = None,
    ) -> None:
        self._first_s = first_s
        self._then_s = then_s
        self.say = say
        self.absence = absence
        self._has_said = False

    def pause_s(self, failed: Failed) -> float | None:
        """How long to wait before it is asked again; None where it is not."""
        is_away = isinstance(failed.error, ConnectionFailed)
        if not is_away and failed.error.status != HTTPStatus.SERVICE_UNAVAILABLE:
            return None  # a person is told at once
        bound_s = self._then_s if failed.has_answered else self._first_s
        if failed.elapsed_s >= bound_s:
            return None
        self._has_said = self._has_said and failed.attempt > 1
        if failed.elapsed_s >= SAY_AFTER_S and not self._has_said:
            self._has_said = True
            self.say(f"{_describe(failed, is_away=is_away)}: waiting for up to {bound_s:g} s")
        return RETRY_INTERVAL_S


def _describe(failed: Failed, *, is_away: bool) -> str:
    if isinstance(failed.error, ConnectionFailed):
        return f"the gateway at {failed.error.url} does not answer"
    return "the gateway is not ready"
