"""Reads what a model server answered: a small contract, tolerant of what is left out."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from schemas.job.record import Engine, Usage
from services.failure.error import OutputInvalidError, ProviderError, RefusedError
from services.failure.verdict import Failure
from services.llm.exchange.json_text import find_json
from services.llm.exchange.output_mode import OutputMode

WHOLE = ("stop", "tool_calls", "function_call")
NO_USAGE = Usage()
NO_COMPLETION = "the model server's answer is no chat completion"


class CalledFunction(BaseModel):
    """The function that the model was made to call, with the answer as its arguments."""

    arguments: str = ""


class ToolCall(BaseModel):
    """A call that the model makes."""

    function: CalledFunction = CalledFunction()


class ChatMessage(BaseModel):
    """What the model said. Compatible servers leave out what they have nothing for."""

    content: str | None = None
    refusal: str | None = None
    tool_calls: list[ToolCall] | None = None

    @property
    def answer(self) -> str | None:
        """The text, or the arguments of the function that the model was made to call."""
        return self.tool_calls[0].function.arguments if self.tool_calls else self.content


class ChatChoice(BaseModel):
    """One answer, and why it ended where it does."""

    message: ChatMessage
    finish_reason: str | None = None


class PromptDetails(BaseModel):
    """What a prompt's tokens are made of."""

    cached_tokens: int | None = None


class CompletionDetails(BaseModel):
    """What an answer's tokens are made of."""

    reasoning_tokens: int | None = None


class ChatUsage(BaseModel):
    """Tokens, where the server counts them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None
    estimated: bool | None = None

    def to_usage(self) -> Usage:
        """The same as we write it."""
        prompt, completion = self.prompt_tokens_details, self.completion_tokens_details
        return Usage(
            input_tokens=self.prompt_tokens,
            output_tokens=self.completion_tokens,
            cached_tokens=prompt.cached_tokens if prompt else None,
            reasoning_tokens=completion.reasoning_tokens if completion else None,
            is_estimated=self.estimated,
        )


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
        cost_usd: None where price or usage is not known, which is not 0.
        worst_usd: What counts for limits where the cost is not known.
        level: How the model was asked for JSON: a step of the fallback.
    """

    content: str
    model: str
    engine: Engine
    request_id: str | None
    usage: Usage
    latency_s: float
    cost_usd: float | None = None
    level: str | None = None
    worst_usd: float = 0.0


def read_completion(content: bytes) -> ChatCompletion:
    """Read a chat completion.

    Raises:
        ProviderError: It is none: a page of HTML, for instance.
    """
    try:
        return ChatCompletion.model_validate_json(content)
    except ValidationError as error:
        raise ProviderError(
            NO_COMPLETION, failure=Failure.NOT_A_COMPLETION, code="not-json"
        ) from error


def read_usage(completion: ChatCompletion) -> Usage:
    """The tokens that the server has counted; None for what it has not."""
    return completion.usage.to_usage() if completion.usage else NO_USAGE


def read_engine(headers: Mapping[str, str]) -> Engine:
    """What answered, as the server says itself."""
    return Engine.DEMO if headers.get("x-demo") == "1" else Engine.MODEL


def read_answer(
    completion: ChatCompletion,
    headers: Mapping[str, str],
    latency_s: float,
    mode: OutputMode = OutputMode.STRICT,
    cost_usd: float | None = None,
) -> Answer:
    """Read the first choice.

    Raises:
        RefusedError: The model declined, or a content filter stopped it.
        OutputInvalidError: There is no text, or it was cut off.
    """
    if not completion.choices:
        raise OutputInvalidError(
            "the model's answer holds no choice", failure=Failure.EMPTY, code="no-choice"
        )
    choice = completion.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise RefusedError("the model declined to answer", code=choice.finish_reason)
    if choice.finish_reason not in WHOLE:
        raise OutputInvalidError(
            "the model's answer was cut off", failure=Failure.CUT_OFF, code=choice.finish_reason
        )
    content = choice.message.answer
    if not content:
        raise OutputInvalidError("the model's answer is empty", failure=Failure.EMPTY, code="empty")
    return Answer(
        content=find_json(content, may_repair=not mode.is_enforced),
        model=completion.model,
        engine=read_engine(headers),
        request_id=headers.get("x-request-id"),
        usage=read_usage(completion),
        latency_s=latency_s,
        cost_usd=cost_usd,
        level=mode.value,
    )
