"""Gets a stage's suggestion for a record: asks the model, and reads and checks what it says."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from schemas.record import StageRecord
from services.stage_runtime.codec import first_problem
from services.stage_runtime.error import OutputInvalidError
from services.stage_runtime.model_answer import Answer
from services.stage_runtime.quick_retry import try_here
from services.stage_runtime.stage import Stage

Ask = Callable[[list[dict[str, str]], dict[str, Any]], Awaitable[Answer]]


async def wait(seconds: float) -> None:
    """Wait between quick retries."""
    await asyncio.sleep(seconds)  # noqa: TID251 - a policy of verdict.py


@dataclass(frozen=True)
class Suggested:
    """A suggestion that holds what was asked for.

    Attributes:
        answer: What the model said; None where no call was needed.
    """

    suggestion: BaseModel
    answer: Answer | None = None

    @property
    def provenance(self) -> dict[str, Any]:
        """What the call adds to the suggestion's provenance."""
        if self.answer is None:
            return {}
        return {
            "model": self.answer.model,
            "engine": self.answer.engine,
            "request_id": self.answer.request_id,
            "usage": self.answer.usage,
            "latency_s": round(self.answer.latency_s, 6),
        }


@dataclass(frozen=True)
class Suggester:
    """Gets the suggestions of one stage.

    Attributes:
        ask: Makes one model call.
        pause: Waits so many seconds between quick retries.
    """

    stage: Stage[Any]
    ask: Ask
    pause: Callable[[float], Awaitable[None]] = wait

    async def suggest(self, record: StageRecord) -> Suggested:
        """Ask for what the record's job wants of this stage.

        Raises:
            StageError: No usable answer came.
        """
        ready = self.stage.answer_without_call(record)
        if ready is not None:
            return Suggested(ready)
        return await try_here(lambda: self._call(record), self.pause)

    async def _call(self, record: StageRecord) -> Suggested:
        answer = await self.ask(self.stage.write_messages(record), self.stage.response_format)
        return Suggested(self._read(record, answer), answer)

    def _read(self, record: StageRecord, answer: Answer) -> BaseModel:
        try:
            suggestion: BaseModel = self.stage.suggestion.model_validate_json(answer.content)
        except ValidationError as error:
            problem = first_problem(error)
            raise OutputInvalidError(f"the model's answer does not fit: {problem}") from error
        findings = list(self.stage.check(record, suggestion))
        if findings:
            raise OutputInvalidError(findings[0].message, code=findings[0].check)
        return suggestion
