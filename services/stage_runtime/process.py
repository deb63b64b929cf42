"""From one consumed record to its outcome: a pure decision around one model call.

    read -> asked for? -> answered already? -> cancelled? -> past its deadline? -> call and check
         -> on failure: tried again here, later, or given up on

Nothing is raised but a cancellation.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from schemas.record import Provenance, StageRecord
from schemas.topics import MAX_RECORD_BYTES, TopicNames
from services.stage_runtime.cancel import CallCancelledError, Cancellations
from services.stage_runtime.codec import (
    Delivery,
    first_problem,
    read_delivery,
    write_cancelled,
    write_dead_letter,
    write_retry,
    write_started,
    write_success,
)
from services.stage_runtime.error import (
    BugError,
    DeadlineError,
    OutputInvalidError,
    OutputTooLargeError,
    StageError,
)
from services.stage_runtime.kafka.value import ConsumedRecord
from services.stage_runtime.ledger import Ledger
from services.stage_runtime.model_answer import Answer
from services.stage_runtime.outcome import (
    AlreadyAnswered,
    Cancelled,
    DeadLettered,
    NotAsked,
    Outcome,
    Publication,
    RetryLater,
    Succeeded,
)
from services.stage_runtime.quick_retry import try_here
from services.stage_runtime.retry import RetryPolicy
from services.stage_runtime.stage import Stage

RECORD_HEADROOM_BYTES = 16 * 1024

Ask = Callable[[list[dict[str, str]], dict[str, Any]], Awaitable[Answer]]
Announce = Callable[[Publication], None]


async def wait(seconds: float) -> None:
    """Wait between quick retries."""
    await asyncio.sleep(seconds)  # noqa: TID251 - a policy of verdict.py


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
        pause: Waits so many seconds between quick retries.
    """

    stage: Stage[Any]
    topics: TopicNames
    ledger: Ledger
    ask: Ask
    worker: str
    policy: RetryPolicy
    cancellations: Cancellations
    now: Callable[[], datetime] = utc_now
    pause: Callable[[float], Awaitable[None]] = wait

    async def process(self, source: ConsumedRecord, announce: Announce) -> Outcome:
        """Decide what a record comes to.

        Args:
            announce: Takes the fact that a call begins; publishing it may go on beside the call.
        """
        try:
            delivery = read_delivery(source)
        except StageError as error:
            return self._give_up(source, error)
        if self.stage.name not in delivery.record.job.stages:
            return NotAsked()
        if self.ledger.is_answered(delivery.record.job.key, delivery.headers):
            return AlreadyAnswered()
        if self.cancellations.is_cancelled(delivery.record.job.key):
            return self._cancel(delivery, call_closed=False)
        try:
            self._refuse_late(delivery)
            return await self._answer(delivery, announce)
        except CallCancelledError:
            return self._cancel(delivery, call_closed=True)
        except StageError as error:
            return self._decide(delivery, error)
        except Exception as error:
            bug = BugError(f"our own code failed: {type(error).__name__}")
            bug.__cause__ = error
            return self._decide(delivery, bug)

    def _cancel(self, delivery: Delivery, *, call_closed: bool) -> Cancelled:
        return write_cancelled(
            delivery,
            self.stage.name,
            self.topics,
            self.worker,
            self.now(),
            call_closed=call_closed,
        )

    def _decide(self, delivery: Delivery, error: StageError) -> RetryLater | DeadLettered:
        error.job_id = delivery.job_id
        now, attempt = self.now(), delivery.headers.attempt
        decision = self.policy.decide(error, attempt, now, delivery.deadline_at)
        if decision is not None:
            return write_retry(
                delivery, error, decision, self.stage.name, self.topics, int(now.timestamp() * 1000)
            )
        unlimited = self.policy.decide(error, attempt, now, None)
        if unlimited is not None:
            late = f"the deadline passes before the next try; the last failure: {error.message}"
            error = DeadlineError(late, code=error.code)
        return self._give_up(delivery.source, error)

    def _refuse_late(self, delivery: Delivery) -> None:
        if delivery.deadline_at is not None and self.now() >= delivery.deadline_at:
            raise DeadlineError("the job's deadline has passed")

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
        calls = try_here(lambda: self._call(record), self.pause)
        return await self.cancellations.run(record.job.key, calls)

    async def _call(self, record: StageRecord) -> tuple[BaseModel, Answer]:
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
