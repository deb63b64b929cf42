"""How long a gateway that does not answer is asked again."""

from collections.abc import Iterator

import httpx2
import pytest

from services.cli.client.patience import Patience
from services.cli.terminal.error import GatewayUnreachable

URL = "http://gateway"
GONE = None


class Gateway:
    """Answers one after the other with these statuses, and then with the last one."""

    def __init__(self, *answers: int | None) -> None:
        self._answers: Iterator[int | None] = iter(answers)
        self._last: int | None = GONE

    def __call__(self) -> httpx2.Response:
        self._last = next(self._answers, self._last)
        if self._last is GONE:
            raise httpx2.ConnectError("refused")
        return httpx2.Response(self._last)


def test_one_that_was_never_there_is_told_at_once() -> None:
    with pytest.raises(GatewayUnreachable, match="no gateway answers at http://gateway"):
        Patience(first_s=0, then_s=3600).ask(URL, Gateway(GONE))


def test_one_that_had_answered_is_waited_for() -> None:
    patience = Patience(first_s=0, then_s=30)
    assert patience.ask(URL, Gateway(200)).status_code == 200
    assert patience.ask(URL, Gateway(GONE, 200)).status_code == 200


def test_one_that_is_not_ready_is_waited_for() -> None:
    assert Patience(first_s=0, then_s=30).ask(URL, Gateway(503, 200)).status_code == 200


def test_in_the_end_its_own_refusal_is_the_answer() -> None:
    assert Patience(first_s=0, then_s=0).ask(URL, Gateway(503)).status_code == 503


def test_what_is_waited_for_is_said_once() -> None:
    told: list[str] = []
    patience = Patience(first_s=30, then_s=30, say=told.append)
    assert patience.ask(URL, Gateway(GONE, GONE, GONE, GONE, GONE, GONE, 200)).status_code == 200
    assert told == ["the gateway at http://gateway does not answer: waiting for up to 30 s"]
