"""Calls the model: the one importer of openai.

The client's `post` sends the request and maps errors, and what comes back is validated by us: its
typed methods walk every message and schema on the way out, and lose usage and id of an answer that
does not validate. The client never retries: that is decided elsewhere.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
from openai import (
    APIConnectionError,
    APIStatusError,
    AsyncOpenAI,
    DefaultAioHttpClient,
    OpenAIError,
)

from services.stage_runtime.error import (
    InvalidRequestError,
    ProviderError,
    RefusedError,
    StageError,
)
from services.stage_runtime.llm_settings import LlmSettings
from services.stage_runtime.model_answer import Answer, read_answer, read_completion
from services.stage_runtime.verdict import Failure

CONNECT_TIMEOUT_S = 5.0
POOL_TIMEOUT_S = 1.0
# Below the 5 s after which uvicorn-based servers (vLLM and our demo among them) close an idle
# connection: a request written into one that is being closed fails.
KEEPALIVE_S = 4.0
# Our own queue must never look like a slow server, so the pool is larger than the concurrency.
POOL_PER_CALL = 1.2
CONTENT_CODES = frozenset({"content_policy_violation", "content_filter", "invalid_prompt"})
STATUS_FAILURES = {
    401: Failure.KEY_REFUSED,
    403: Failure.NOT_PERMITTED,
    404: Failure.NO_SUCH_MODEL,
    408: Failure.CONFLICT,
    409: Failure.CONFLICT,
    425: Failure.CONFLICT,
    429: Failure.RATE_LIMITED,
    503: Failure.OVERLOADED,
    529: Failure.OVERLOADED,
}
DROPPED = "the model server dropped the connection"
CONNECTION_FAILURES: tuple[tuple[Failure, type[Exception], str, str], ...] = (
    (Failure.POOL_EXHAUSTED, httpx2.PoolTimeout, "", "our own connections are used up"),
    (Failure.TIMED_OUT, httpx2.ReadTimeout, "", "the model server stopped answering"),
    (Failure.DROPPED, httpx2.TransportError, "Can not write request body", DROPPED),
    (Failure.DROPPED, httpx2.TransportError, "disconnected", DROPPED),
    (Failure.DROPPED, httpx2.RemoteProtocolError, "", DROPPED),
    (Failure.DROPPED, httpx2.ReadError, "", DROPPED),
)


class ModelClient:
    """Asks the configured server."""

    def __init__(self, client: AsyncOpenAI, settings: LlmSettings) -> None:
        self._client = client
        self._settings = settings

    async def ask(self, messages: list[dict[str, str]], response_format: dict[str, Any]) -> Answer:
        """Make one call. Cancelling it closes it at the server.

        Raises:
            StageError: The call failed, or its answer is unusable.
        """
        begun = time.monotonic()
        request: dict[str, Any] = {
            "model": self._settings.effective_model,
            "messages": messages,
            "response_format": response_format,
            "max_completion_tokens": self._settings.max_completion_tokens,
        }
        try:
            # The client's own timeout is none: a byte now and then keeps a call alive for ever.
            async with asyncio.timeout(self._settings.timeout_s):
                response = await self._client.post(
                    "/chat/completions", cast_to=httpx2.Response, body=request
                )
        except TimeoutError as error:
            message = f"no answer from the model server within {self._settings.timeout_s:g} s"
            raise ProviderError(message, failure=Failure.TIMED_OUT, code="timeout") from error
        except OpenAIError as error:
            raise classify(error) from error
        completion = read_completion(response.content)
        return read_answer(completion, response.headers, time.monotonic() - begun)


@asynccontextmanager
async def open_model_client(settings: LlmSettings, concurrency: int) -> AsyncIterator[ModelClient]:
    """Make a client for at most `concurrency` calls at a time. Connects with the first call."""
    pool = int(concurrency * POOL_PER_CALL) + 1
    http_client = DefaultAioHttpClient(
        limits=httpx2.Limits(
            max_connections=pool, max_keepalive_connections=pool, keepalive_expiry=KEEPALIVE_S
        ),
        timeout=httpx2.Timeout(settings.timeout_s, connect=CONNECT_TIMEOUT_S, pool=POOL_TIMEOUT_S),
        # A proxy of the environment would catch the loopback address of the demo server.
        trust_env=not settings.is_demo,
    )
    client = AsyncOpenAI(
        api_key=settings.effective_key,
        base_url=settings.effective_base_url,
        max_retries=0,
        http_client=http_client,
    )
    async with client:
        yield ModelClient(client, settings)


def classify(error: OpenAIError) -> StageError:
    """Say what an error of the client means. Its body may quote our prompt, so it is left out."""
    if isinstance(error, APIStatusError):
        return _classify_status(error)
    if isinstance(error, APIConnectionError):
        return _classify_connection(error.__cause__ or error)
    return ProviderError(f"the model client failed: {type(error).__name__}")


def _classify_connection(cause: BaseException) -> StageError:
    """By cause and message: with the aiohttp transport all come as one class of the client."""
    text = str(cause)
    for failure, kinds, phrase, message in CONNECTION_FAILURES:
        if isinstance(cause, kinds) and phrase in text:
            return ProviderError(message, failure=failure, code="connection")
    message = f"the model server cannot be reached: {type(cause).__name__}"
    return ProviderError(message, failure=Failure.UNREACHABLE, code="connection")


def _classify_status(error: APIStatusError) -> StageError:
    code = error.code or str(error.status_code)
    message = f"the model server answered {error.status_code}" + (
        f" ({error.code})" if error.code else ""
    )
    if error.code in CONTENT_CODES:
        return RefusedError(message, code=code)
    failure = _failure_of(error.status_code, error.code)
    if failure is Failure.INVALID_REQUEST:
        return InvalidRequestError(message, code=code)
    retry_after_s = read_retry_after(error.response.headers)
    return ProviderError(message, failure=failure, code=code, retry_after_s=retry_after_s)


def _failure_of(status: int, code: str | None) -> Failure:
    if status == 402 or code == "insufficient_quota":
        return Failure.NO_MONEY
    if status in STATUS_FAILURES:
        return STATUS_FAILURES[status]
    return Failure.SERVER_ERROR if status >= 500 else Failure.INVALID_REQUEST


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """How long the server asks to wait, in seconds: as a number or as an HTTP date."""
    text = headers.get("retry-after")
    if text is None:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except ValueError:
        return None
