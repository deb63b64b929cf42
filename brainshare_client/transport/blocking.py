"""Performs steps and blocks meanwhile."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any, Self, TypeVar

import httpx2

from brainshare_client.exchange.answer import Answer
from brainshare_client.exchange.call import Call
from brainshare_client.exchange.error import BrainshareError
from brainshare_client.exchange.retry import Failed
from brainshare_client.exchange.step import (
    Course,
    Exchange,
    Pause,
    Progress,
    Receive,
    Recover,
    Series,
    Step,
    Tell,
    begin,
)
from brainshare_client.transport.connection import Connection

T = TypeVar("T")


class BlockingTransport:
    """Asks a gateway; many threads may share it.

    Args:
        http_client: Sends the requests, and is closed by whoever made it; None makes one.
    """

    def __init__(self, connection: Connection, http_client: httpx2.Client | None) -> None:
        self._connection = connection
        self._http = http_client or httpx2.Client(trust_env=not connection.is_local)
        self._is_own = http_client is None
        self._has_answered = threading.Event()

    def run(self, asked: Call[T] | Course[T]) -> T:
        """What it comes to.

        Raises:
            BrainshareError: It came to nothing.
        """
        progress = Progress(begin(asked))
        for _ in self._drive(progress):
            raise AssertionError("a call tells nothing before its end")
        return progress.result

    def iterate(self, series: Series[T]) -> Iterator[T]:
        """What it tells, as it is taken."""
        return self._drive(Progress(series.begin()))

    def close(self) -> None:
        """Close its connections."""
        if self._is_own:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _drive(self, progress: Progress[Any]) -> Iterator[Any]:
        with closing(progress), _Stream() as stream:
            progress.begin()
            while (step := progress.step) is not None:
                if isinstance(step, Tell):
                    yield step.value
                    progress.go_on(None)
                    continue
                try:
                    came = self._perform(step, stream)
                except BrainshareError as error:
                    progress.fail(error)
                else:
                    progress.go_on(came)

    def _perform(self, step: Step, stream: "_Stream") -> Answer | bytes | None:
        try:
            match step:
                case Exchange(call, is_stream):
                    return self._exchange(call, stream if is_stream else None)
                case Receive():
                    return stream.receive()
                case Recover(error, attempt, elapsed_s):
                    failed = Failed(error, attempt, elapsed_s, self._has_answered.is_set())
                    _sleep(self._connection.find_pause_s(failed))
                case Pause(seconds):
                    _sleep(seconds)
        except httpx2.RequestError as lost:
            raise self._connection.tell(lost) from lost
        return None

    def _exchange(self, call: Call[Any], stream: "_Stream | None") -> Answer:
        written = self._connection.write(call, is_stream=stream is not None)
        request = self._http.build_request(**written)
        auth = self._connection.auth
        response = self._http.send(request, auth=auth, stream=True, follow_redirects=False)
        self._has_answered.set()
        if stream is not None and response.status_code == httpx2.codes.OK:
            stream.hold(response)
            return self._connection.make_answer(response)
        with closing(response):
            return self._connection.make_answer(response, response.read())


class _Stream(ExitStack):
    """The stream that is open, if one is."""

    _chunks: Iterator[bytes] = iter(())

    def hold(self, response: httpx2.Response) -> None:
        """Hold another one, and no other."""
        self.close()
        self.callback(response.close)
        self._chunks = response.iter_bytes()

    def receive(self) -> bytes | None:
        """What has come of it; None at its end."""
        return next(self._chunks, None)


def _sleep(seconds: float) -> None:
    time.sleep(seconds)  # noqa: TID251 - the gateway's time to come back
