"""Reads what a model server answered: a small contract, tolerant of what is left out."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from schemas.record import Engine, Usage
from services.stage_runtime.error import OutputInvalidError, ProviderError, RefusedError
from services.stage_runtime.verdict import Failure

NO_COMPLETION = "the model server's answer is no chat completion"


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


def read_answer(completion: ChatCompletion, headers: Mapping[str, str], latency_s: float) -> Answer:
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
    if choice.finish_reason != "stop":
        raise OutputInvalidError(
            "the model's answer was cut off", failure=Failure.CUT_OFF, code=choice.finish_reason
        )
    if not choice.message.content:
        raise OutputInvalidError("the model's answer is empty", failure=Failure.EMPTY, code="empty")
    return Answer(
        content=choice.message.content,
        model=completion.model,
        engine=Engine.DEMO if headers.get("x-demo") == "1" else Engine.MODEL,
        request_id=headers.get("x-request-id"),
        usage=_usage(completion),
        latency_s=latency_s,
    )


def _usage(completion: ChatCompletion) -> Usage:
    usage = completion.usage or ChatUsage()
    return Usage(input_tokens=usage.prompt_tokens, output_tokens=usage.completion_tokens)
