"""How long a gateway that does not answer is asked again."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import httpx2
import pytest

from brainshare_client import ConnectionFailed, UnreadableAnswer
from brainshare_client.exchange.retry import Failed
from services.cli.client import command_client
from services.cli.client.command_client import connect
from services.cli.client.patience import Patience
from services.cli.terminal.error import CliError, GatewayUnreachable, Interrupted
from tests.unit.cli.client.test_command_client import serve

URL = "http://gateway"
GONE = ConnectionFailed(URL, "refused", False)
BUSY = UnreadableAnswer("", 503)


def fail(
    error: ConnectionFailed | UnreadableAnswer, after_s: float, *, has_answered: bool
) -> Failed:
    return Failed(error, 2, after_s, has_answered)


@pytest.mark.parametrize(
    ("error", "after_s", "has_answered", "is_asked_again"),
    [
        (GONE, 0.4, False, True),
        (GONE, 0.5, False, False),
        (GONE, 29.0, True, True),
        (GONE, 30.0, True, False),
        (BUSY, 29.0, True, True),
        (BUSY, 30.0, True, False),
        (UnreadableAnswer("", 429), 0.0, True, False),
        (UnreadableAnswer("", 502), 0.0, True, False),
    ],
)
def test_one_that_had_answered_is_waited_for_and_others_are_told_at_once(
    error: ConnectionFailed | UnreadableAnswer,
    after_s: float,
    has_answered: bool,
    is_asked_again: bool,
) -> None:
    patience = Patience(first_s=0.5, then_s=30)
    paused = patience.pause_s(fail(error, after_s, has_answered=has_answered))
    assert (paused is not None) is is_asked_again


def test_what_is_waited_for_is_said_once_a_wait() -> None:
    told: list[str] = []
    patience = Patience(first_s=30, then_s=30, say=told.append)
    for attempt, after_s in ((1, 0.0), (2, 1.0), (3, 2.0), (1, 0.0), (2, 1.5)):
        patience.pause_s(Failed(GONE, attempt, after_s, False))
    assert told == 2 * ["the gateway at http://gateway does not answer: waiting for up to 30 s"]


@pytest.mark.parametrize(
    ("absence", "told"),
    [(None, "start one with `brainshare up`"), ("its stack may be stopping", "may be stopping$")],
)
def test_what_is_known_of_one_that_is_not_there_is_told(absence: str | None, told: str) -> None:
    patience = Patience(first_s=0, absence=absence)
    nowhere = "http://127.0.0.1:1"
    with connect(nowhere, patience=patience) as gateway, pytest.raises(GatewayUnreachable) as error:
        gateway.jobs.page()
    assert error.match(f"^no gateway answers at {nowhere}: .*{told}")


class Dying(BaseHTTPRequestHandler):
    """Ends without an answer."""

    def do_POST(self) -> None:
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def dying_url() -> Iterator[str]:
    yield from serve(Dying)


def test_what_may_have_been_done_and_harms_when_done_twice_is_not_asked_for_again(
    dying_url: str,
) -> None:
    with connect(dying_url) as gateway, pytest.raises(GatewayUnreachable) as error:
        gateway.webhooks.test("w")
    assert error.match("gone before it answered, so that it may have done it or not: look before")


@pytest.mark.parametrize("is_change", [False, True])
def test_ctrl_c_says_what_is_known_by_then(
    is_change: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(_: object, request: httpx2.Request) -> httpx2.Response:
        raise KeyboardInterrupt

    monkeypatch.setattr(command_client._SayingTransport, "handle_request", press)
    told = f"interrupted: the gateway at {URL} had not answered yet"
    unsure = ", so that it may have done it or not: look before it is done again"
    with connect(URL) as gateway, pytest.raises(Interrupted) as ended:
        gateway.jobs.cancel("j") if is_change else gateway.jobs.get("j")
    assert (ended.value.message, ended.value.exit_code) == (told + unsure * is_change, 130)


def test_an_empty_id_is_told_in_a_line() -> None:
    with pytest.raises(CliError, match="an id is empty"), connect(URL) as gateway:
        gateway.jobs.get("")
