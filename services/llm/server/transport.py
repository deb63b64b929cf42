"""Sends requests to a model server: the one importer of openai.

The client's `post` sends the request and maps errors, and what comes back is validated by us: its
typed methods walk every message and schema on the way out, and lose usage and id of an answer that
does not validate. The client never retries: that is decided elsewhere.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx2
from openai import (
    APIConnectionError,
    APIStatusError,
    AsyncOpenAI,
    DefaultAioHttpClient,
    OpenAIError,
)
from pydantic import BaseModel, ValidationError

from services.failure.error import ProviderError, StageError
from services.failure.verdict import Failure
from services.llm.server.answer_limit import limit_answer
from services.llm.server.provider_failure import Refusal, classify_connection, classify_refusal
from services.llm.server.settings import LlmSettings

CONNECT_TIMEOUT_S = 5.0
POOL_TIMEOUT_S = 1.0
# Our own queue must never look like a slow server, so the pool is larger than the concurrency.
POOL_PER_CALL = 1.2
MIN_SECRET_CHARS = 8
"""Shorter keys are placeholders, and too often part of a word."""
REDACTED = "[key]"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.\[\]]{0,63}")


class ModelEntry(BaseModel):
    """A model that a server has."""

    id: str


class ModelList(BaseModel):
    """The models that a server has."""

    data: list[ModelEntry]


@dataclass(frozen=True)
class Reply:
    """What came back from a server, unread."""

    content: bytes
    headers: httpx2.Headers
    latency_s: float


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
            raise self._classify(error) from error
        self.was_reached = True
        self.hear(response.headers)
        return self._read(response, time.monotonic() - begun)

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
        return _only_model(response.content)

    def _read(self, response: httpx2.Response, latency_s: float) -> Reply:
        """Take in an answer. A server may quote the key in it: that goes no further."""
        content, key = response.content, self._key
        if len(key) >= MIN_SECRET_CHARS and key.encode() in content:
            content = content.replace(key.encode(), REDACTED.encode())
        if has_secret(response.headers.get("x-request-id"), key):
            del response.headers["x-request-id"]
        return Reply(content, response.headers, latency_s)

    def _classify(self, error: OpenAIError) -> StageError:
        classified = classify(error, was_reached=self.was_reached, secret=self._key)
        if isinstance(error, APIStatusError):
            self.was_reached = True
            self.hear(error.response.headers)
        return classified


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


def classify(error: OpenAIError, *, was_reached: bool = True, secret: str = "") -> StageError:
    """Say what an error of the client means. Its body may quote our prompt, so it is left out.

    Args:
        secret: What must not be told, wherever the server quotes it.
    """
    if isinstance(error, APIStatusError):
        failed = classify_refusal(_read_refusal(error, secret))
    elif isinstance(error, APIConnectionError):
        failed = classify_connection(error.__cause__ or error, was_reached=was_reached)
    else:
        failed = ProviderError(f"the model client failed: {type(error).__name__}")
    return failed


def _read_refusal(error: APIStatusError, secret: str) -> Refusal:
    body = error.body
    words = body.get("message", error.message) if isinstance(body, dict) else body
    return Refusal(
        status=error.status_code,
        code=_name(error.code, secret),
        type=_name(error.type, secret),
        field=_name(error.param, secret),
        words=str(words or ""),
        headers=error.response.headers,
    )


def _ignore(headers: httpx2.Headers) -> None:
    """For a client whose headers nobody wants."""


def _name(value: object, secret: str) -> str | None:
    """A code, type or field; None for what is no name, which may quote what must not be told."""
    text = str(value or "")
    return text if NAME.fullmatch(text) and not has_secret(text, secret) else None


def has_secret(text: str | None, secret: str) -> bool:
    """Whether a text of a server quotes the key."""
    return text is not None and len(secret) >= MIN_SECRET_CHARS and secret in text


def _only_model(content: bytes) -> str:
    try:
        models = ModelList.model_validate_json(content).data
    except ValidationError:
        models = []
    if len(models) == 1:
        return models[0].id
    message = f"the model server has {len(models)} models: set LLM_MODEL to one of them"
    raise ProviderError(message, failure=Failure.NO_SUCH_MODEL, code="no-model")
