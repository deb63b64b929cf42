"""Reads the answer out of a chat completion: what holds what was asked for is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.job.record import Engine, Usage
from services.failure.error import OutputInvalidError, RefusedError, StageError
from services.failure.verdict import Failure
from services.llm.exchange.completion import Choice, Completion
from services.llm.exchange.output_mode import OutputMode
from services.llm.json.named_cell import Headers
from services.llm.json.shape import Shape, is_cut_off
from services.llm.json.text import write_json

CUT = frozenset(
    {"length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded"}
)
DECLINED = frozenset(
    {
        "content_filter",
        "content_filtered",
        "refusal",
        "safety",
        "sensitive",
        "recitation",
        "prohibited_content",
        "blocklist",
        "spii",
    }
)


@dataclass(frozen=True)
class Answer:
    """What the model said, and what it took.

    Attributes:
        content: The JSON of the answer, in the form of its schema and not yet judged; what the
            model said where there is none in it.
        model: The name of the model that answered, as the server gives it.
        cost_usd: None where price or usage is not known, which is not 0.
        worst_usd: What counts for limits where the cost is not known.
        level: How the model was asked for JSON: a step of the fallback.
        may_be_cut: Whether the server seems to have read only a part of the prompt.
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
    may_be_cut: bool = False


def read_engine(headers: Mapping[str, str]) -> Engine:
    """What answered, as the server says itself."""
    return Engine.DEMO if headers.get("x-demo") == "1" else Engine.MODEL


def read_answer(
    completion: Completion,
    headers: Mapping[str, str],
    latency_s: float,
    schema: dict[str, Any],
    mode: OutputMode = OutputMode.STRICT,
    cost_usd: float | None = None,
    broke_off: StageError | None = None,
    wanted: dict[str, Any] | None = None,
    columns: Headers = (),
) -> Answer:
    """Read the first choice that holds what was asked for, whatever else it says of itself.

    Args:
        schema: The form of the answer.
        broke_off: Why there may be less of it than the model has said, None where there is not.
        wanted: That form with what is wanted of this one answer, None where that is the same.
        columns: Those that cells are of, in their order; () where they are not known.

    Raises:
        StageError: It broke off, and what came of it is no answer.
        RefusedError: The model declined, or a content filter stopped it.
        OutputInvalidError: There is no text, or it was cut off.
    """
    return Answer(
        content=_find_content(completion, Shape(schema, wanted, columns), broke_off),
        model=completion.model,
        engine=read_engine(headers),
        request_id=headers.get("x-request-id"),
        usage=completion.usage,
        latency_s=latency_s,
        cost_usd=cost_usd,
        level=mode.value,
    )


def _find_content(completion: Completion, shape: Shape, broke_off: StageError | None) -> str:
    """The answer that fits best, the first of those that fit as well; what was thought at last."""
    choices = completion.choices
    said = [item for choice in choices for item in choice.said]
    answer = _choose(said, shape)
    if answer is None and not (
        said and (broke_off or any(map(is_cut_off, filter(_is_text, said))))
    ):
        # Where an answer was begun, what was thought is a draft of it.
        answer = _choose([item for choice in choices for item in choice.thoughts], shape)
    if answer is not None:
        return write_json(answer)
    why = broke_off or completion.doubt
    if why is not None:
        raise why
    if not choices:
        raise OutputInvalidError(
            "the model's answer holds no choice", failure=Failure.EMPTY, code="no-choice"
        )
    return _read_unfit(choices[0])


def _choose(said: list[Any], shape: Shape) -> dict[str, Any] | None:
    answers = [answer for answer in map(shape.find_answer, said) if answer is not None]
    return max(answers, key=shape.judge) if len(answers) > 1 else next(iter(answers), None)


def _read_unfit(choice: Choice) -> str:
    """What stands where the answer should be. It is shown to nobody: reading it says what is wrong.

    Raises:
        StageError: It is known why there is no answer.
    """
    if choice.refusal or choice.finish in DECLINED:
        raise RefusedError("the model declined to answer", code=choice.finish or None)
    told = (*choice.said, *choice.thoughts)
    text = next(filter(_is_text, told), "")
    if choice.finish in CUT or is_cut_off(text):
        code = choice.finish or "cut-off"
        raise OutputInvalidError(
            "the model's answer was cut off", failure=Failure.CUT_OFF, code=code
        )
    if not told:
        raise OutputInvalidError("the model's answer is empty", failure=Failure.EMPTY, code="empty")
    return text


def _is_text(said: Any) -> bool:
    return isinstance(said, str)
