"""Sends requests to a model server, through openai's client.

The client's `post` sends the request and maps errors, and what comes back is validated by us: its
typed methods walk every message and schema on the way out, and lose usage and id of an answer that
does not validate. The client never retries: that is decided elsewhere.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import httpx2
from openai import APIConnectionError, APIStatusError, AsyncOpenAI, AsyncStream, OpenAIError

from services.failure.error import ProviderError, StageError
from services.failure.verdict import Failure
from services.llm.arrival.patience import Patience
from services.llm.arrival.pulse import Pulse
from services.llm.arrival.reading import Arrived
from services.llm.arrival.receipt import receive
from services.llm.refusal.connection import classify_connection, is_full, wrong_address
from services.llm.refusal.refusal import BAD_REQUEST, has_secret
from services.llm.server.client_error import classify
from services.llm.server.http_client import open_http
from services.llm.server.model_list import ModelChoice
from services.llm.server.reply import Reply
from services.llm.server.settings import LlmSettings
from services.telemetry.log import get_log

T = TypeVar("T")

BUSY_S = 60.0
"""A server that was so lately seen to work and takes no connection is full, and not down."""
BUSY_RETRY_S = 2.0
# Our own queue must never look like a slow server, so the pool is larger than the concurrency.
POOL_PER_CALL = 1.2
REDACTED = "[key]"

log = get_log()


class Transport:
    """Sends requests to the configured server.

    Attributes:
        was_reached: Whether the server has answered yet, be it with an error.
        hear: Takes the headers of every answer.
        pulse: Whether the server was lately seen to work.
        pause: Lets so many seconds pass.
    """

    def __init__(
        self, client: AsyncOpenAI, settings: LlmSettings, pulse: Pulse | None = None
    ) -> None:
        self._client = client
        self._timeout_s = settings.timeout_s
        self._models = ModelChoice(
            settings.effective_model, settings.is_model_guessed, lambda: self.get("/models")
        )
        self._key = settings.effective_key if settings.api_key else ""
        url = client.base_url
        self._address = f"{url.scheme}://{url.netloc.decode()}{url.path}"
        self.was_reached = False
        self.pulse = pulse or Pulse()
        self.pause: Callable[[float], Awaitable[None]] = asyncio.sleep  # noqa: TID251 - a policy
        self.hear: Callable[[httpx2.Headers], None] = lambda headers: None

    async def send(self, request: dict[str, Any], patience: Patience | None = None) -> Reply:
        """Make one call. Cancelling it closes it at the server.

        Args:
            patience: How long its answer is waited for; None for an answer that comes as a whole.

        Raises:
            StageError: The call failed, or its answer broke off before anything of it came.
        """
        begun, patience = time.monotonic(), patience or Patience.whole(self._timeout_s)
        response, arrived = await self._reach(request, patience)
        if response.history and response.request.method != "POST":
            raise self._redirected(response)
        return self._read(response, arrived, time.monotonic() - begun, _read_cap(request))

    async def _reach(
        self, request: dict[str, Any], patience: Patience
    ) -> tuple[httpx2.Response, Arrived]:
        """Call, again and again while the server is too busy to take the connection."""
        begun = time.monotonic()
        while True:
            try:
                return await self._exchange(request, patience)
            except StageError as error:
                if not (is_full(error.__cause__) and self.pulse.is_alive(BUSY_S)):
                    raise
                waited_s = time.monotonic() - begun
                if waited_s > patience.first_s:
                    message = "the model server is busy: it takes no further connection"
                    raise ProviderError(message, failure=Failure.OVERLOADED, code="busy") from error
                log.info("server_busy", waited_s=round(waited_s, 1))
                await self.pause(BUSY_RETRY_S)

    async def _exchange(
        self, request: dict[str, Any], patience: Patience
    ) -> tuple[httpx2.Response, Arrived]:
        explain = partial(classify_connection, was_reached=True, address=self._address)
        try:
            return await receive(self._open(request), patience, self.pulse, explain)
        except OpenAIError as error:
            raise self._classify(error, _read_cap(request)) from error

    @asynccontextmanager
    async def _open(self, request: dict[str, Any]) -> AsyncIterator[httpx2.Response]:
        """Send a request, and close its connection unless its answer was read to its end."""
        raw: dict[str, Any] = {"cast_to": httpx2.Response, "stream_cls": AsyncStream[Any]}
        if request.get("stream"):
            # llama.cpp closes the connection behind a stream: the next call on it would be lost.
            raw["options"] = {"headers": {"Connection": "close"}}
        answering = self._client.post("/chat/completions", body=request, stream=True, **raw)
        response: httpx2.Response = await self._hold_apart(answering)
        self.was_reached = True
        self.hear(response.headers)
        try:
            yield response
        finally:
            await response.aclose()

    async def find_model(self) -> str:
        """The model to ask for: as set, or the only one that the server has.

        Raises:
            StageError: There is not exactly one, or the server does not tell.
        """
        return await self._models.find()

    async def correct_model(self, refused: str) -> bool:
        """Whether there is another model to ask than the refused one, whose name was a guess."""
        return await self._models.correct(refused)

    async def get(
        self, path: str, within_s: float | None = None, *, of_root: bool = False
    ) -> bytes:
        """Read what stands at a path of the server; `of_root` beside its /v1, not below.

        Raises:
            StageError: Nothing does, or the server does not tell.
        """
        address = str(self._client.base_url).rstrip("/").removesuffix("/v1") if of_root else ""
        try:
            async with asyncio.timeout(within_s or self._timeout_s):
                asking = self._client.get(address + path, cast_to=httpx2.Response)
                response = await self._hold_apart(asking)
        except TimeoutError as error:
            message = "the model server does not say what it has"
            raise ProviderError(message, failure=Failure.TIMED_OUT, code="timeout") from error
        except OpenAIError as error:
            raise self._classify(error) from error
        return response.content

    async def _hold_apart(self, calling: Awaitable[T]) -> T:
        """Tell what the client's parts raise over a connection from what our own code may raise."""
        try:
            return await calling
        except OpenAIError:
            raise
        except Exception as error:
            request = httpx2.Request("POST", self._address)
            raise APIConnectionError(request=request) from error

    def _read(
        self, response: httpx2.Response, arrived: Arrived, latency_s: float, asked: int | None
    ) -> Reply:
        """Take in an answer. A server may quote the key in it: that goes no further."""
        content, key = arrived.content, self._key
        if has_secret(content.decode("latin-1"), key):
            content = content.replace(key.encode(), REDACTED.encode())
        if has_secret(response.headers.get("x-request-id"), key):
            del response.headers["x-request-id"]
        return Reply(
            content,
            response.headers,
            latency_s,
            charset=response.charset_encoding,
            address=self._address,
            asked=asked,
            is_stream=arrived.is_stream,
            waited_s=arrived.waited_s,
            broke_off=arrived.broke_off,
        )

    def _redirected(self, response: httpx2.Response) -> StageError:
        # A POST that was sent on as a GET has lost what it asks.
        to = response.url.copy_with(query=None, fragment=None, userinfo=b"")
        return wrong_address(self._address, f"it redirects to {to}")

    def _classify(self, error: OpenAIError, asked: int | None = None) -> StageError:
        classified = classify(
            error,
            was_reached=self.was_reached,
            secret=self._key,
            asked=asked,
            address=self._address,
        )
        if isinstance(error, APIStatusError):
            self.was_reached = True
            self.hear(error.response.headers)
            if error.response.history and error.response.request.method != "POST":
                return self._redirected(error.response)
            if error.response.is_redirect or error.response.status_code < BAD_REQUEST:
                return wrong_address(self._address, f"it answered {error.status_code}")
        return classified


@asynccontextmanager
async def open_transport(
    settings: LlmSettings, concurrency: int, pulse: Pulse | None = None
) -> AsyncIterator[Transport]:
    """Make ready for at most `concurrency` calls at a time. Connects with the first."""
    pool = int(concurrency * POOL_PER_CALL) + 1
    http_client = open_http(
        pool, keepalive_s=settings.known.keepalive_s, trust_env=not settings.is_near
    )
    client = AsyncOpenAI(
        api_key=settings.effective_key,
        base_url=settings.effective_base_url,
        max_retries=0,
        http_client=http_client,
    )
    async with client:
        yield Transport(client, settings, pulse)


def _read_cap(request: dict[str, Any]) -> int | None:
    return request.get("max_completion_tokens") or request.get("max_tokens")
