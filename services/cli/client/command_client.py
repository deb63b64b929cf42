"""The Python client as commands use it: patient, and in the command's own words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import httpx2

from brainshare_client import Brainshare, ConnectionFailed
from brainshare_client.exchange.call import Call
from brainshare_client.exchange.step import Course, Series
from schemas.api.status import JobSummary
from services.cli.client.answer import telling
from services.cli.client.patience import RETRY_FOR_S, Patience, Say
from services.cli.client.settings import read_api_key
from services.cli.terminal.error import GatewayUnreachable, Interrupted
from services.cli.terminal.waiting import say_waiting

T = TypeVar("T")

CONNECT_S = 1.5
STREAM_TYPE = "text/event-stream"
WAIT_HEADER = "Prefer"
NOBODY_KNOWS = "so that it may have done it or not: look before it is done again"


class CommandClient(Brainshare):
    """One gateway, asked by a command.

    Args:
        url: For instance http://127.0.0.1:8000.
        key: The API key to send; "" for none.
        patience: How long one that does not answer is asked again.

    Attributes:
        time_retries: Says of a job's stages when they are tried next, as their agents know it.
    """

    def __init__(self, url: str, key: str, patience: Patience) -> None:
        http = httpx2.Client(transport=_SayingTransport(url, patience.say), trust_env=False)
        super().__init__(url, key, retry=patience, http_client=http)
        self._url = url
        self._patience = patience
        self.time_retries: Callable[[JobSummary], JobSummary] = lambda job: job

    def run(self, asked: Call[T] | Course[T]) -> T:
        """What it comes to.

        Raises:
            CliError: It came to nothing.
            Interrupted: Ctrl-C.
        """
        is_change = isinstance(asked, Call) and asked.is_change
        try:
            with telling(self._patience.absence):
                return super().run(asked)
        except GatewayUnreachable as error:
            lost = error.__cause__
            if is_change and isinstance(lost, ConnectionFailed) and lost.is_sent:
                told = f"the gateway at {self._url} was gone before it answered, {NOBODY_KNOWS}"
                raise GatewayUnreachable(told) from error
            raise
        except KeyboardInterrupt as error:
            told = f"interrupted: the gateway at {self._url} had not answered yet"
            raise Interrupted(f"{told}, {NOBODY_KNOWS}" if is_change else told) from error

    def iterate(self, series: Series[T]) -> Iterator[T]:
        """What it tells, as it is taken.

        Raises:
            CliError: It came to nothing.
        """
        with telling(self._patience.absence):
            yield from super().iterate(series)

    def run_once(self, asked: Course[T]) -> T:
        """What it comes to, where the caller deals with what goes wrong."""
        return super().run(asked)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()


@contextmanager
def connect(
    url: str, retry_for_s: float = RETRY_FOR_S, patience: Patience | None = None
) -> Iterator[CommandClient]:
    """A client that sends the key of the settings, closed at the end."""
    patience = patience or Patience(retry_for_s, retry_for_s)
    with telling(patience.absence), CommandClient(url, read_api_key(), patience) as client:
        yield client


class _SayingTransport(httpx2.HTTPTransport):
    """Says what is waited for, once a wait has become one that a person notices."""

    def __init__(self, url: str, say: Say) -> None:
        super().__init__(trust_env=False)
        self._waited_for = f"an answer of the gateway at {url}"
        self._say = say

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request."""
        request.extensions["timeout"]["connect"] = CONNECT_S
        if request.headers.get("Accept") == STREAM_TYPE or WAIT_HEADER in request.headers:
            return super().handle_request(request)  # what is watched is seen
        with say_waiting(self._waited_for, self._say):
            return super().handle_request(request)
