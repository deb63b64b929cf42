"""What a stage is: one declaration, which the runtime runs."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from schemas.prompt_data import describe
from schemas.record import StageRecord
from schemas.stage import StageName
from services.stage_runtime.wire_schema import response_format

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True)
class Finding:
    """What a check has found wrong with an answer.

    Attributes:
        check: The check's id, for instance "C04".
        message: One sentence for a person, without the user's text.
    """

    check: str
    message: str


@dataclass(frozen=True)
class Stage(Generic[S]):
    """A stage, declared.

    Attributes:
        wire_name: Name and version of the answer's schema, for instance "row_suggestions_v1".
        instructions: The fixed system text. Table data is never put into it.
        suggestion: The contract of the answer; the strict wire schema is made from it.
        check: Findings about an answer that has the right shape; none when it is acceptable.
        answer_without_call: The suggestion when nothing is asked for; None when a call is needed.
    """

    name: StageName
    wire_name: str
    prompt_version: str
    instructions: str
    suggestion: type[S]
    check: Callable[[StageRecord, S], Iterable[Finding]]
    answer_without_call: Callable[[StageRecord], S | None]

    @cached_property
    def response_format(self) -> dict[str, Any]:
        """The wire schema, as the model server takes it."""
        return response_format(self.wire_name, self.suggestion)

    @cached_property
    def prompt_sha(self) -> str:
        """Names the fixed part of the prompt: 12 hex digits."""
        fixed = self.instructions + json.dumps(self.response_format, sort_keys=True)
        return hashlib.sha256(fixed.encode()).hexdigest()[:12]

    def write_messages(self, record: StageRecord) -> list[dict[str, str]]:
        """The messages of a call: fixed instructions, then the table as data in a fenced block."""
        data = describe(record).to_json().decode()
        return [
            {"role": "system", "content": self.instructions},
            {"role": "user", "content": f"The table, as data:\n```json\n{data}\n```"},
        ]
