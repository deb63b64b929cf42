"""Calls the model: the one importer of openai.

The client's `post` sends the request and maps errors, and what comes back is validated by us: its
typed methods walk every message and schema on the way out, and lose usage and id of an answer that
does not validate. The client never retries: that is decided elsewhere.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
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

from schemas.record import Engine, Usage
from services.stage_runtime.error import (
    InvalidRequestError,
    OutputInvalidError,
    ProviderError,
    RefusedError,
    StageError,
)
from services.stage_runtime.llm_settings import LlmSettings

CONNECT_TIMEOUT_S = 5.0
POOL_TIMEOUT_S = 1.0
# Below the 5 s after which uvicorn-based servers (vLLM and our demo among them) close an idle
# connection: a request written into one that is being closed fails.
KEEPALIVE_S = 4.0
# Our own queue must never look like a slow server, so the pool is larger than the concurrency.
POOL_PER_CALL = 1.2
NO_COMPLETION = "the model server's answer is no chat completion"
CALLS_WRONG = frozenset({400, 404, 413, 422})


class ChatMessage(BaseModel):
    """What the model said. Compatible servers leave out what they have nothing for."""

    content: str | None = None
    refusal: str | None = None


class ChatChoice(BaseModel):
    """One answer, and why it ended where it does."""

    message: ChatMessage
    finish_reason: str | None = None


class ChatUsage(BaseModel):
    """Tokens, where the server counts them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class ChatCompletion(BaseModel):
    """The part of a provider's chat completion that we read."""

    model: str = ""
    choices: list[ChatChoice]
    usage: ChatUsage | None = None


@dataclass(frozen=True)
class Answer:
    """What the model said, and what it took.

    Attributes:
        content: The text, not yet validated.
        model: The name of the model that answered, as the server gives it.
    """

    content: str
    model: str
    engine: Engine
    request_id: str | None
    usage: Usage
    latency_s: float


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
            raise ProviderError(message, code="timeout") from error
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
        cause = error.__cause__ or error
        message = f"the model server cannot be reached: {type(cause).__name__}"
        return ProviderError(message, code="connection")
    return ProviderError(f"the model client failed: {type(error).__name__}")


def read_completion(content: bytes) -> ChatCompletion:
    """Read a chat completion.

    Raises:
        ProviderError: It is none: a page of HTML, for instance.
    """
    try:
        return ChatCompletion.model_validate_json(content)
    except ValidationError as error:
        raise ProviderError(NO_COMPLETION, code="not-json") from error


def read_answer(completion: ChatCompletion, headers: Mapping[str, str], latency_s: float) -> Answer:
    """Read the first choice.

    Raises:
        RefusedError: The model declined, or a content filter stopped it.
        OutputInvalidError: There is no text, or it was cut off.
    """
    if not completion.choices:
        raise OutputInvalidError("the model's answer holds no choice", code="no-choice")
    choice = completion.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise RefusedError("the model declined to answer", code=choice.finish_reason)
    if choice.finish_reason != "stop":
        raise OutputInvalidError("the model's answer was cut off", code=choice.finish_reason)
    if not choice.message.content:
        raise OutputInvalidError("the model's answer is empty", code="empty")
    return Answer(
        content=choice.message.content,
        model=completion.model,
        engine=Engine.DEMO if headers.get("x-demo") == "1" else Engine.MODEL,
        request_id=headers.get("x-request-id"),
        usage=_usage(completion),
        latency_s=latency_s,
    )


def _classify_status(error: APIStatusError) -> StageError:
    code = error.code or str(error.status_code)
    message = f"the model server answered {error.status_code}" + (
        f" ({error.code})" if error.code else ""
    )
    wrong = error.status_code in CALLS_WRONG
    return (InvalidRequestError if wrong else ProviderError)(message, code=code)


def _usage(completion: ChatCompletion) -> Usage:
    usage = completion.usage or ChatUsage()
    return Usage(input_tokens=usage.prompt_tokens, output_tokens=usage.completion_tokens)
