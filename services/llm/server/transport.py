"""Sends requests to a model server: the one importer of openai.

The client's `post` sends the request and maps errors, and what comes back is validated by us: its
typed methods walk every message and schema on the way out, and lose usage and id of an answer that
does not validate. The client never retries: that is decided elsewhere.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Any

import httpx2
from openai import (
    APIConnectionError,
    APIStatusError,
    AsyncOpenAI,
    DefaultAioHttpClient,
    OpenAIError,
)

from services.failure.error import ProviderError, StageError
from services.failure.verdict import Failure
from services.llm.exchange.completion import read_body
from services.llm.server.answer_limit import limit_answer
from services.llm.server.model_list import read_only_model
from services.llm.server.provider_failure import (
    classify_connection,
    classify_refusal,
    wrong_address,
)
from services.llm.server.refusal import BAD_REQUEST, has_secret, read_refusal
from services.llm.server.reply import Reply
from services.llm.server.settings import LlmSettings

CONNECT_TIMEOUT_S = 5.0
POOL_TIMEOUT_S = 1.0
# Our own queue must never look like a slow server, so the pool is larger than the concurrency.
POOL_PER_CALL = 1.2
REDACTED = "[key]"


class Transport:
    """Sends requests to the configured server.

    Attributes:
        was_reached: Whether the server has answered yet, be it with an error.
        hear: Takes the headers of every answer.
    """

    def __init__(self, client: AsyncOpenAI, settings: LlmSettings) -> None:
        self._client = client
        self._timeout_s = settings.timeout_s
        self._model = settings.effective_model
        self._finding = asyncio.Lock()
        self._is_guessed = settings.is_model_guessed
        self._key = settings.effective_key if settings.api_key else ""
        url = client.base_url
        self._address = f"{url.scheme}://{url.netloc.decode()}{url.path}"
        self.was_reached = False
        self.hear: Callable[[httpx2.Headers], None] = _ignore

    async def send(self, request: dict[str, Any]) -> Reply:
        """Make one call. Cancelling it closes it at the server.

        Raises:
            StageError: The call failed.
        """
        begun = time.monotonic()
        try:
            # The client's own timeout is none: a byte now and then keeps a call alive for ever.
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.post(
                    "/chat/completions", cast_to=httpx2.Response, body=request
                )
        except TimeoutError as error:
            message = f"no answer from the model server within {self._timeout_s:g} s"
            raise ProviderError(message, failure=Failure.TIMED_OUT, code="timeout") from error
        except OpenAIError as error:
            raise self._classify(error, _read_cap(request)) from error
        self.was_reached = True
        self.hear(response.headers)
        if response.history and response.request.method != "POST":
            raise self._redirected(response)
        return self._read(response, time.monotonic() - begun, _read_cap(request))

    async def find_model(self) -> str:
        """The model to ask for: as set, or the only one that the server has.

        Raises:
            StageError: There is not exactly one, or the server does not tell.
        """
        if not self._model:
            async with self._finding:
                self._model = self._model or await self._find_only_model()
        return self._model

    async def correct_model(self, refused: str) -> bool:
        """Whether there is another model to ask than the refused one, whose name was a guess."""
        async with self._finding:
            if self._is_guessed:
                self._is_guessed = False
                with suppress(StageError):
                    self._model = await self._find_only_model()
            return self._model != refused

    async def _find_only_model(self) -> str:
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.get("/models", cast_to=httpx2.Response)
        except TimeoutError as error:
            message = "the model server does not say which models it has"
            raise ProviderError(message, failure=Failure.TIMED_OUT, code="timeout") from error
        except OpenAIError as error:
            raise self._classify(error) from error
        return read_only_model(response.content)

    def _read(self, response: httpx2.Response, latency_s: float, asked: int | None) -> Reply:
        """Take in an answer. A server may quote the key in it: that goes no further."""
        content, key = response.content, self._key
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
        )

    def _redirected(self, response: httpx2.Response) -> StageError:
        """A POST that was sent on as a GET has lost what it asks."""
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


@cache
def _trust(trust_env: bool) -> ssl.SSLContext:
    """Whom to trust. Reading all authorities takes 40 ms."""
    return httpx2.create_ssl_context(trust_env=trust_env)


@asynccontextmanager
async def open_transport(settings: LlmSettings, concurrency: int) -> AsyncIterator[Transport]:
    """Make a connection for at most `concurrency` calls at a time. Connects with the first call."""
    pool = int(concurrency * POOL_PER_CALL) + 1
    http_client = DefaultAioHttpClient(
        limits=httpx2.Limits(
            max_connections=pool,
            max_keepalive_connections=pool,
            keepalive_expiry=settings.known.keepalive_s,
        ),
        timeout=httpx2.Timeout(settings.timeout_s, connect=CONNECT_TIMEOUT_S, pool=POOL_TIMEOUT_S),
        trust_env=not settings.is_near,
        verify=_trust(not settings.is_near),
        event_hooks={"response": [limit_answer]},
    )
    client = AsyncOpenAI(
        api_key=settings.effective_key,
        base_url=settings.effective_base_url,
        max_retries=0,
        http_client=http_client,
    )
    async with client:
        yield Transport(client, settings)


def classify(
    error: OpenAIError,
    *,
    was_reached: bool = True,
    secret: str = "",
    asked: int | None = None,
    address: str = "",
) -> StageError:
    """Say what an error of the client means. Its body may quote our prompt, so it is left out.

    Args:
        secret: What must not be told, wherever the server quotes it.
        asked: The most tokens of an answer that were asked for, None where none were.
        address: Of the server, for people.
    """
    if isinstance(error, APIStatusError):
        response = error.response
        refusal = read_refusal(
            error.status_code,
            _read_body(error),
            response.headers,
            asked=asked,
            secret=secret,
            address=address,
        )
        failed = classify_refusal(refusal)
    elif isinstance(error, APIConnectionError):
        cause = error.__cause__ or error
        failed = classify_connection(cause, was_reached=was_reached, address=address)
    else:
        failed = ProviderError(f"the model client failed: {type(error).__name__}")
    return failed


def _read_body(error: APIStatusError) -> Any:
    """What the body of an error holds: JSON, a text, or what the client has made of it."""
    content = error.response.content
    body = read_body(content, error.response.charset_encoding)
    return body if body is not None else content.decode(errors="replace") or error.body


def _read_cap(request: dict[str, Any]) -> int | None:
    return request.get("max_completion_tokens") or request.get("max_tokens")


def _ignore(headers: httpx2.Headers) -> None:
    """For a client whose headers nobody wants."""
