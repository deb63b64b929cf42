"""A model that answers by a script, and the stages that ask it."""

import json
import re
from collections.abc import Callable
from typing import Any

from schemas.job.record import Engine, Provenance, StageRecord, Usage
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import NO_BOUNDS, Bounds, Question
from services.stage_runtime.suggestion.stage import Stage
from services.stage_runtime.suggestion.suggester import Suggester
from tests.factory import NOW

Says = dict[str, Any] | str | Exception
BLOCK = re.compile(r"^```json (\S+)\n(.*)\n``` \1$", re.MULTILINE)


class ScriptedModel:
    """Says one thing after the other, and the last one for ever.

    Args:
        half_read: To how many questions it answers of which it seems to have read a part only.
    """

    def __init__(self, *says: Says | Callable[[dict[str, Any]], Says], half_read: int = 0) -> None:
        self.says = says
        self.half_read = half_read
        self.questions: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.questions.append(question)
        said = self.says[min(len(self.questions), len(self.says)) - 1]
        said = said(self.data[-1]) if callable(said) else said
        if isinstance(said, Exception):
            raise said
        text = said if isinstance(said, str) else json.dumps(said)
        number = len(self.questions)
        usage, is_half = Usage(input_tokens=3), number <= self.half_read
        return Answer(
            text, "m-1", Engine.MODEL, f"req-{number}", usage, 0.5, 0.01, may_be_cut=is_half
        )

    @property
    def data(self) -> list[dict[str, Any]]:
        """What each question said of the table."""
        return [read_block(question) for question in self.questions]

    @property
    def wants(self) -> list[dict[str, Any]]:
        """What each question asked for."""
        return [data["want"] for data in self.data]


def read_block(question: Question) -> dict[str, Any]:
    """The one block of JSON of a question."""
    blocks = BLOCK.findall(question.messages[-1]["content"])
    assert len(blocks) == 1
    data: dict[str, Any] = json.loads(blocks[0][1])
    return data


async def no_pause(seconds: float) -> None:
    """Do not wait."""


async def run(
    stage: Stage[Any], record: StageRecord, model: ScriptedModel, bounds: Bounds = NO_BOUNDS
) -> tuple[StageRecord, Provenance]:
    """Let a stage answer a record.

    Returns:
        The record with the stage's result, and where that comes from.
    """
    suggested = await Suggester(stage, model.ask, no_pause).suggest(record, bounds)
    provenance = Provenance(
        prompt_version=stage.prompt_version,
        prompt_sha=stage.prompt_sha,
        started_at=NOW,
        ended_at=NOW,
        **suggested.provenance,
    )
    return record.with_result(stage.name, suggested.suggestion, provenance), provenance


def list_found(provenance: Provenance) -> list[tuple[str, str]]:
    """The checks that found something, and what was done about it."""
    return [(item.id, item.action.value) for item in provenance.checks]
