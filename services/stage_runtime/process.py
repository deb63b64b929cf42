"""From one consumed record to its outcome: a pure decision around one model call.

    read -> asked for? -> answered already? -> call and check -> outcome

Whatever fails becomes a dead letter; nothing is raised but a cancellation.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from schemas.record import Provenance, StageRecord
from schemas.topics import MAX_RECORD_BYTES, TopicNames
from services.stage_runtime.codec import (
    Delivery,
    first_problem,
    read_delivery,
    write_dead_letter,
    write_started,
    write_success,
)
from services.stage_runtime.error import (
    BugError,
    OutputInvalidError,
    OutputTooLargeError,
    StageError,
)
from services.stage_runtime.kafka.value import ConsumedRecord
from services.stage_runtime.ledger import Ledger
from services.stage_runtime.model_client import Answer
from services.stage_runtime.outcome import (
    AlreadyAnswered,
    DeadLettered,
    NotAsked,
    Outcome,
    Publication,
    Succeeded,
)
from services.stage_runtime.stage import Stage

RECORD_HEADROOM_BYTES = 16 * 1024

Ask = Callable[[list[dict[str, str]], dict[str, Any]], Awaitable[Answer]]
Announce = Callable[[Publication], None]


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Processor:
    """Processes the records of one stage.

    Attributes:
        ask: Makes one model call.
        worker: The stable name of this process.
        now: The clock.
    """

    stage: Stage[Any]
    topics: TopicNames
    ledger: Ledger
    ask: Ask
    worker: str
    now: Callable[[], datetime] = utc_now

    async def process(self, source: ConsumedRecord, announce: Announce) -> Outcome:
        """Decide what a record comes to.

        Args:
            announce: Takes the fact that a call begins; publishing it may go on beside the call.
        """
        try:
            delivery = read_delivery(source)
            if self.stage.name not in delivery.record.job.stages:
                return NotAsked()
            if self.ledger.is_answered(delivery.record.job.key, delivery.headers):
                return AlreadyAnswered()
            return await self._answer(delivery, announce)
        except StageError as error:
            return self._give_up(source, error)
        except Exception as error:
            bug = BugError(f"our own code failed: {type(error).__name__}")
            bug.__cause__ = error
            return self._give_up(source, bug)

    async def _answer(self, delivery: Delivery, announce: Announce) -> Succeeded:
        begun_at = self.now()
        announce(write_started(delivery, self.stage.name, self.topics, self.worker, begun_at))
        suggestion, answer = await self._suggest(delivery.record)
        provenance = self._provenance(delivery, answer, begun_at)
        record = delivery.record.with_result(self.stage.name, suggestion, provenance)
        success = write_success(delivery, record, self.stage.name, self.topics)
        return _refuse_too_large(success)

    async def _suggest(self, record: StageRecord) -> tuple[BaseModel, Answer | None]:
        ready = self.stage.answer_without_call(record)
        if ready is not None:
            return ready, None
        answer = await self.ask(self.stage.write_messages(record), self.stage.response_format)
        return self._read(record, answer), answer

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

    def _provenance(
        self, delivery: Delivery, answer: Answer | None, begun_at: datetime
    ) -> Provenance:
        called = {} if answer is None else _called(answer)
        return Provenance(
            attempt=delivery.headers.attempt,
            prompt_version=self.stage.prompt_version,
            prompt_sha=self.stage.prompt_sha,
            started_at=begun_at,
            ended_at=self.now(),
            **called,
        )

    def _give_up(self, source: ConsumedRecord, error: StageError) -> DeadLettered:
        now_ms = int(self.now().timestamp() * 1000)
        return write_dead_letter(source, error, self.stage.name, self.topics, now_ms)


def _called(answer: Answer) -> dict[str, Any]:
    return {
        "model": answer.model,
        "engine": answer.engine,
        "request_id": answer.request_id,
        "usage": answer.usage,
        "latency_s": round(answer.latency_s, 6),
    }


def _refuse_too_large(success: Succeeded) -> Succeeded:
    size = len(success.publication.value or b"")
    limit = MAX_RECORD_BYTES - RECORD_HEADROOM_BYTES
    if size > limit:
        raise OutputTooLargeError(
            f"the job with this answer takes {size} bytes, a record holds at most {limit}"
        )
    return success
