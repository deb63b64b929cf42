"""Goes through a stage's calls without making them: by its own plans, with imagined answers."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from schemas.job.record import StageRecord
from services.estimate.imagined_answer import ImaginedAnswer
from services.llm.exchange.question import Question
from services.llm.exchange.response_format import narrow
from services.llm.limit.token_estimate import BYTES_PER_TOKEN, count_tokens
from services.stage_runtime.suggestion.ask_loop import MAX_CALLS
from services.stage_runtime.suggestion.draft import CallPlan, CallSize, Draft
from services.stage_runtime.suggestion.prompt import write_messages
from services.stage_runtime.suggestion.stage import Stage

DEFAULT_CELL_CHARS = 14
MIN_CELL_CHARS = 2


@dataclass(frozen=True)
class PlannedCall:
    """A call that would be made."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Rehearsal:
    """What a stage would ask, and the record that the next one would get."""

    calls: tuple[PlannedCall, ...]
    record: StageRecord


def rehearse(stage: Stage[Any], record: StageRecord) -> Rehearsal:
    """Plan, imagine the answer, plan again, until there is nothing more to ask.

    Each answer is taken as good, so nothing is asked for again.
    """
    ready = stage.answer_without_call(record)
    if ready is not None:
        return Rehearsal((), record.provisionally(stage.name, ready))
    draft: Draft[Any] = stage.begin(record)
    imagined = ImaginedAnswer(_measure_cells(record))
    size, calls = CallSize(re_asks=0), list[PlannedCall]()
    while len(calls) < MAX_CALLS and (plan := draft.plan(size)) is not None:
        said = imagined.fill(_schema(stage, plan))
        calls.append(_count(stage, plan, said))
        draft = draft.take(stage.wire.model_validate(said), plan)
    suggestion = draft.settle().suggestion
    return Rehearsal(tuple(calls), record.provisionally(stage.name, suggestion))


def _schema(stage: Stage[Any], plan: CallPlan) -> dict[str, Any]:
    narrowed: dict[str, Any] = narrow(stage.response_format, plan.exact)["json_schema"]["schema"]
    return narrowed


def _count(stage: Stage[Any], plan: CallPlan, said: Any) -> PlannedCall:
    messages = write_messages(stage.instructions, plan, stage.task(plan.data))
    question = Question(messages, stage.response_format)
    written = stage.wire.model_validate(said).to_json()
    return PlannedCall(count_tokens(question), ceil(len(written) / BYTES_PER_TOKEN))


def _measure_cells(record: StageRecord) -> int:
    """How long the table's own cells are, on average; those of a new table are not known."""
    cells = [cell for row in record.job.context.rows for cell in row.values if cell]
    if not cells:
        return DEFAULT_CELL_CHARS
    return max(MIN_CELL_CHARS, round(sum(len(cell.encode()) for cell in cells) / len(cells)))
