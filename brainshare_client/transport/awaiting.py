"""Performs steps and awaits them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from typing import Any, Self, TypeVar

import anyio
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


class AwaitingTransport:
    """Asks a gateway; many tasks of one event loop may share it.

    Args:
        http_client: Sends the requests, and is closed by whoever made it; None makes one.
    """

    def __init__(self, connection: Connection, http_client: httpx2.AsyncClient | None) -> None:
        self._connection = connection
        self._http = http_client or httpx2.AsyncClient(trust_env=not connection.is_local)
        self._is_own = http_client is None
        self._has_answered = False

    async def run(self, asked: Call[T] | Course[T]) -> T:
        """What it comes to.

        Raises:
            BrainshareError: It came to nothing.
        """
        progress = Progress(begin(asked))
        async for _ in self._drive(progress):
            raise AssertionError("a call tells nothing before its end")
        return progress.result

    def iterate(self, series: Series[T]) -> AsyncIterator[T]:
        """What it tells, as it is taken."""
        return self._drive(Progress(series.begin()))

    async def close(self) -> None:
        """Close its connections."""
        if self._is_own:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _drive(self, progress: Progress[Any]) -> AsyncIterator[Any]:
        with closing(progress):
            async with _Stream() as stream:
                progress.begin()
                while (step := progress.step) is not None:
                    if isinstance(step, Tell):
                        yield step.value
                        progress.go_on(None)
                        continue
                    try:
                        came = await self._perform(step, stream)
                    except BrainshareError as error:
                        progress.fail(error)
                    else:
                        progress.go_on(came)

    async def _perform(self, step: Step, stream: "_Stream") -> Answer | bytes | None:
        try:
            match step:
                case Exchange(call, is_stream):
                    return await self._exchange(call, stream if is_stream else None)
                case Receive():
                    return await stream.receive()
                case Recover(error, attempt, elapsed_s):
                    failed = Failed(error, attempt, elapsed_s, self._has_answered)
                    await anyio.sleep(self._connection.find_pause_s(failed))
                case Pause(seconds):
                    await anyio.sleep(seconds)
        except httpx2.RequestError as lost:
            raise self._connection.tell(lost) from lost
        return None

    async def _exchange(self, call: Call[Any], stream: "_Stream | None") -> Answer:
        written = self._connection.write(call, is_stream=stream is not None)
        request = self._http.build_request(**written)
        auth = self._connection.auth
        response = await self._http.send(request, auth=auth, stream=True, follow_redirects=False)
        self._has_answered = True
        if stream is not None and response.status_code == httpx2.codes.OK:
            await stream.hold(response)
            return self._connection.make_answer(response)
        try:
            return self._connection.make_answer(response, await response.aread())
        finally:
            await response.aclose()


class _Stream(AsyncExitStack):
    """The stream that is open, if one is."""

    _chunks: AsyncIterator[bytes] | None = None

    async def hold(self, response: httpx2.Response) -> None:
        """Hold another one, and no other."""
        await self.aclose()
        self.push_async_callback(response.aclose)
        self._chunks = response.aiter_bytes()

    async def receive(self) -> bytes | None:
        """What has come of it; None at its end."""
        return None if self._chunks is None else await anext(self._chunks, None)
