"""From one consumed record to its outcome: a pure decision around one model call.

    read -> asked for? -> answered already? -> cancelled? -> past its deadline? -> call and check
         -> on failure: tried again here, later, or given up on

Nothing is raised but a cancellation.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from schemas.job.purpose import find_purpose
from schemas.job.record import Provenance, StageRecord
from schemas.kafka.event import JobEvent
from schemas.kafka.headers import salvage_headers
from services.failure.error import (
    BugError,
    CrashSuspectError,
    DeadlineError,
    SchemaAheadError,
    StageError,
)
from services.failure.retry import RetryPolicy
from services.failure.verdict import Act
from services.kafka.value import ConsumedRecord
from services.lifecycle.failpoint import NO_FAILPOINTS, Failpoints, Point
from services.llm.exchange.answer import Answer
from services.llm.exchange.question import Bounds
from services.stage_runtime.processing.cancellation import CallCancelledError, Cancellations
from services.stage_runtime.processing.crash_suspect import Quarantine, Suspects, Suspicion
from services.stage_runtime.processing.delivery import Delivery, find_deadline, read_delivery
from services.stage_runtime.processing.kept_answers import KeptAnswers, write_kept
from services.stage_runtime.processing.ledger import Ledger
from services.stage_runtime.processing.outcome import (
    AlreadyAnswered,
    DeadLettered,
    NotAsked,
    Outcome,
    Publication,
    RetryLater,
    Succeeded,
)
from services.stage_runtime.processing.outcome_record import OutcomeWriter, refuse_too_large
from services.stage_runtime.suggestion.answer_keeper import AttemptAnswers, CallCount
from services.stage_runtime.suggestion.stage import Stage
from services.stage_runtime.suggestion.suggester import Suggested
from services.telemetry import metric
from services.telemetry.log import bind_to_log, get_log

FIRST_FOR_UPGRADE_S = 30.0
"""A rolling deploy may be about to end."""
AGAIN_FOR_UPGRADE_S = 300.0
MOST_KEPT_CHARS = 256 * 1024
"""An answer that is longer is asked for again: its event must fit into a record."""

log = get_log()

Suggest = Callable[[StageRecord, Bounds, AttemptAnswers], Coroutine[Any, Any, Suggested]]
Announce = Callable[[Publication], Awaitable[None]]


@dataclass(frozen=True)
class Processor:
    """Processes the records of one stage.

    Attributes:
        suggest: Gets the stage's suggestion for a record.
        writer: Writes what goes out, and has the clock.
        under_way: By job, says that a call was interrupted; taken away once it is said.
        suspects: Deliveries that have begun before and came to nothing.
        kept: Answers of attempts that were cut short.
    """

    stage: Stage[Any]
    writer: OutcomeWriter
    ledger: Ledger
    suggest: Suggest
    policy: RetryPolicy
    cancellations: Cancellations
    suspects: Suspects
    kept: KeptAnswers
    failpoints: Failpoints = NO_FAILPOINTS
    quarantine: Quarantine = field(default_factory=Quarantine)
    under_way: dict[bytes, Callable[[], Awaitable[None]]] = field(default_factory=dict)

    async def process(self, source: ConsumedRecord, announce: Announce) -> Outcome:
        """Decide what a record comes to.

        Args:
            announce: Publishes a fact, and returns after the broker's ack.
        """
        try:
            return await self._process(source, announce)
        except Exception as error:
            # Whatever it is, the record would come again and end the process again.
            return self.writer.write_dead_letter(source, _call_bug(error, source))

    async def _process(self, source: ConsumedRecord, announce: Announce) -> Outcome:
        try:
            delivery = read_delivery(source)
        except SchemaAheadError as error:
            return self._wait_for_upgrade(source, error)
        except StageError as error:
            if self.ledger.is_given_up(source):
                return AlreadyAnswered()
            return self.writer.write_dead_letter(source, error)
        job = delivery.record.job
        # On every line of this record's own task, also of its calls and of its publishes.
        told = {"job_id": str(job.job_id), "tenant": job.tenant}
        bind_to_log(**told, attempt=delivery.headers.attempt)
        return replace(await self._judge(delivery, announce), purpose=find_purpose(job))

    async def _judge(self, delivery: Delivery, announce: Announce) -> Outcome:
        if self.stage.name not in delivery.record.job.stages:
            return NotAsked()
        if self.ledger.is_answered(delivery.record.job.key, delivery.headers):
            return AlreadyAnswered()
        if self.cancellations.is_cancelled(delivery.record.job.key):
            return self.writer.write_cancelled(delivery, call_closed=False)
        try:
            return await self._answer(delivery, announce)
        except CallCancelledError as cancelled:
            return self.writer.write_cancelled(delivery, call_closed=cancelled.was_open)
        except StageError as error:
            return self._decide(delivery, error)
        except Exception as error:
            return self._decide(delivery, _call_bug(error, delivery.source))

    def _wait_for_upgrade(
        self, source: ConsumedRecord, error: SchemaAheadError
    ) -> RetryLater | DeadLettered:
        headers, now = salvage_headers(source.headers), self.writer.now()
        error.retry_after_s = AGAIN_FOR_UPGRADE_S if headers.parked else FIRST_FOR_UPGRADE_S
        deadline_at = find_deadline(source, now)
        decision = self.policy.decide(error, headers.attempt, now, deadline_at)
        if decision is None:
            return self.writer.write_dead_letter(source, error)
        return self.writer.write_retry(source, error, decision)

    def _decide(self, delivery: Delivery, error: StageError) -> RetryLater | DeadLettered:
        error.job_id = delivery.job_id
        now, attempt = self.writer.now(), delivery.headers.attempt
        decision = self.policy.decide(error, attempt, now, delivery.deadline_at)
        if decision is not None:
            return self.writer.write_retry(delivery.source, error, decision)
        if self.policy.decide(error, attempt, now, None) is None:
            return self.writer.write_dead_letter(delivery.source, error)
        told = f"the deadline passes before the next try; the last failure: {error.message}"
        late = DeadlineError(told, code=error.code)
        blocked_by = error if error.verdict.act is Act.PARK else None
        return replace(self.writer.write_dead_letter(delivery.source, late), blocked_by=blocked_by)

    def _refuse_late(self, delivery: Delivery) -> None:
        if delivery.deadline_at is not None and self.writer.now() >= delivery.deadline_at:
            raise DeadlineError("the job's deadline has passed")

    async def _answer(self, delivery: Delivery, announce: Announce) -> Succeeded:
        suspicion = self.suspects.judge(delivery.record.job.key, delivery.headers)
        if suspicion.is_found:
            raise CrashSuspectError(
                f"its process ended {suspicion.deaths} times over it, at last with no other"
                " suspect beside it"
            )
        if suspicion.most_inside is not None:
            self._tell_suspected(delivery, suspicion)
        alone = suspicion.most_inside == 1
        async with self.quarantine.enter(suspicion.most_inside):
            self._refuse_late(delivery)
            begun_at = self.writer.now()
            # Before the call, so that a record that ends its process is known to have begun.
            await announce(self.writer.write_started(delivery, begun_at, alone=alone))
            suggested = await self._suggest(delivery, announce)
        self.failpoints.reach(Point.ANSWERED)
        self.kept.forget(delivery.record.job.key, delivery.headers)
        provenance = self._provenance(delivery, suggested, begun_at)
        success = self.writer.write_success(delivery, suggested.suggestion, provenance)
        return refuse_too_large(success)

    async def _suggest(self, delivery: Delivery, announce: Announce) -> Suggested:
        job = delivery.record.job.key
        purpose = find_purpose(delivery.record.job)
        bounds = Bounds(delivery.headers.spent_usd, delivery.deadline_at, job, purpose)
        answers = AttemptAnswers(
            self.kept.find(job, delivery.headers), partial(self._keep, delivery, announce)
        )
        self.under_way[job] = partial(self._tell_interrupted, delivery, announce)
        try:
            with self.failpoints.during(Point.CALLED):
                call = self.suggest(delivery.record, bounds, answers)
                return await self.cancellations.run(job, call)
        except asyncio.CancelledError:
            # The bookkeeping is finished first: a stop is no crash.
            if tell := self.under_way.pop(job, None):
                await tell()
            raise
        finally:
            self.under_way.pop(job, None)

    async def _keep(
        self, delivery: Delivery, announce: Announce, name: str, answer: Answer, calls: CallCount
    ) -> None:
        is_kept = len(answer.content) <= MOST_KEPT_CHARS
        kept = (name, write_kept(answer)) if is_kept else None
        publication = self.writer.write_answered(delivery, kept, calls)
        await announce(publication)
        self.kept.note(publication.key, JobEvent.from_json(publication.value or b""))

    async def _tell_interrupted(self, delivery: Delivery, announce: Announce) -> None:
        await announce(self.writer.write_interrupted(delivery))

    async def tell_interrupted(self) -> None:
        """Say of every call under way that a stop has begun. It may end all the same."""
        untold = [*self.under_way.values()]
        self.under_way.clear()
        await asyncio.gather(*(tell() for tell in untold))

    def _tell_suspected(self, delivery: Delivery, suspicion: Suspicion) -> None:
        stage = self.stage.name.value
        metric.STAGE_SUSPECTS.labels(stage).inc()
        told = {"deaths": suspicion.deaths, "most_inside": suspicion.most_inside}
        log.warning("suspect_quarantined", job_id=str(delivery.job_id), stage=stage, **told)

    def _provenance(
        self, delivery: Delivery, suggested: Suggested, begun_at: datetime
    ) -> Provenance:
        stage = self.stage.as_asked_by(delivery.record.job)
        return Provenance(
            attempt=delivery.headers.attempt,
            prompt_version=stage.prompt_version,
            prompt_sha=stage.prompt_sha,
            started_at=begun_at,
            ended_at=self.writer.now(),
            **suggested.provenance,
        )


def _call_bug(error: Exception, source: ConsumedRecord) -> BugError:
    """What is published names the type only; where it was raised is in the log."""
    at = {"topic": source.topic, "partition": source.partition, "offset": source.offset}
    log.error("own_code_failed", job_id=source.shown_key, **at, exc_info=error)
    bug = BugError(f"our own code failed: {type(error).__name__}")
    bug.__cause__ = error
    return bug
