"""How long a gateway that does not answer, or is not ready, is asked again."""

import time
from collections.abc import Callable

import httpx2

from services.cli.terminal.error import GatewayUnreachable
from services.cli.terminal.waiting import say_waiting

FIRST_ANSWER_S = 0.5
"""A gateway that has never answered is not there: a person is told at once."""
RETRY_FOR_S = 30.0
RETRY_INTERVAL_S = 0.3
CONNECT_S = 1.5
SAY_AFTER_S = 1.0

Say = Callable[[str], None]


class Patience:
    """Asks again: briefly until the first answer, longer once there was one.

    Args:
        first_s: How long the first answer is waited for, in seconds.
        then_s: How long one that had answered is waited for, or one that is not ready (503).
        say: Told once per wait what is waited for.
    """

    def __init__(
        self,
        first_s: float = RETRY_FOR_S,
        then_s: float = RETRY_FOR_S,
        say: Say = lambda _: None,
    ) -> None:
        self._first_s = first_s
        self._then_s = then_s
        self._say = say
        self._has_answered = False

    def ask(self, url: str, request: Callable[[], httpx2.Response]) -> httpx2.Response:
        """The answer to a request, which may be sent several times.

        Raises:
            GatewayUnreachable: Nothing answered in time.
        """
        begun_at, has_said = time.monotonic(), False
        while True:
            with say_waiting(f"an answer of the gateway at {url}", self._say):
                response, trouble = _try(request)
            self._has_answered = self._has_answered or response is not None
            if response is not None and response.status_code != 503:
                return response
            waited_s = time.monotonic() - begun_at
            bound_s = self._then_s if self._has_answered else self._first_s
            if waited_s >= bound_s:
                return _last(response, url, trouble)
            if waited_s >= SAY_AFTER_S and not has_said:
                has_said = True
                self._say(f"the gateway at {url} {trouble}: waiting for up to {bound_s:g} s")
            time.sleep(RETRY_INTERVAL_S)  # noqa: TID251 - the gateway's time to come back


def _try(request: Callable[[], httpx2.Response]) -> tuple[httpx2.Response | None, str]:
    try:
        response = request()
    except httpx2.TransportError:
        return None, "does not answer"
    return response, "is not ready"


def _last(response: httpx2.Response | None, url: str, trouble: str) -> httpx2.Response:
    if response is not None:
        return response
    raise GatewayUnreachable(
        f"no gateway answers at {url}: start one with `brainshare up`, or name another with"
        " --url or BRAINSHARE_URL"
    )
