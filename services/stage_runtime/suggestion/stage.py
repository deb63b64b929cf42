"""What a stage is: one declaration, which the runtime runs."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel

from schemas.job.job import Job
from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.prompt_data import PromptData
from services.llm.exchange.response_format import response_format
from services.stage_runtime.suggestion.draft import CallSize, Draft
from services.stage_runtime.suggestion.prompt import write_messages

W = TypeVar("W", bound=BaseModel)


@dataclass(frozen=True)
class Stage(Generic[W]):
    """A stage, declared.

    Attributes:
        wire_name: Name and version of the answer's schema, for instance "row_suggestions_v1".
        instructions: The fixed system text. Table data is never put into it.
        task: What one call is to write, in words of ours: it stands last, behind the table.
        wire: What the model answers with: the strict wire schema is made from it.
        suggestion: The contract of what is published, with the limits.
        checks: Ids of the checks that an answer goes through.
        begin: Makes an empty draft, which plans the calls and judges their answers.
        answer_without_call: The suggestion when nothing is asked for; None when a call is needed.
    """

    name: StageName
    wire_name: str
    prompt_version: str
    instructions: str
    task: Callable[[PromptData], str]
    wire: type[W]
    suggestion: type[BaseModel]
    checks: tuple[str, ...]
    begin: Callable[[StageRecord], Draft[W]]
    answer_without_call: Callable[[StageRecord], BaseModel | None]

    @cached_property
    def response_format(self) -> dict[str, Any]:
        """The wire schema, as the model server takes it."""
        return response_format(self.wire_name, self.wire)

    @cached_property
    def prompt_sha(self) -> str:
        """Names the fixed part of the prompt: 12 hex digits."""
        fixed = self.instructions + json.dumps(self.response_format, sort_keys=True)
        return hashlib.sha256(fixed.encode()).hexdigest()[:12]

    def as_asked_by(self, job: Job) -> Self:
        """The stage with the prompt that a job brings along for it; itself where it brings none."""
        prompt = job.prompt
        if prompt is None or prompt.stage is not self.name:
            return self
        return replace(self, instructions=prompt.text, prompt_version=prompt.version)

    def write_messages(self, record: StageRecord) -> list[dict[str, str]]:
        """The messages of the first call about a record; none where no call is needed."""
        plan = self.begin(record).plan(CallSize())
        return write_messages(self.instructions, plan, self.task(plan.data)) if plan else []
