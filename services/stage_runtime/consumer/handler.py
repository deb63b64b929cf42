"""Handles one record from pull to done: decides, publishes until the broker has acked, notes it."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from schemas.job.purpose import Purpose
from schemas.kafka.headers import decode_headers, mark_repeat
from services.kafka.value import ConsumedRecord, PublishFailedError
from services.lifecycle.failpoint import NO_FAILPOINTS, Failpoints, Point
from services.stage_runtime.consumer.park import Park
from services.stage_runtime.processing.ledger import Ledger, Turns
from services.stage_runtime.processing.outcome import (
    Cancelled,
    DeadLettered,
    Outcome,
    Publication,
    RetryLater,
    Succeeded,
)
from services.stage_runtime.processing.processor import Announce
from services.stage_runtime.processing.record_span import (
    find_exemplar,
    tell_outcome,
    trace_record,
)
from services.telemetry import metric
from services.telemetry.log import get_log
from services.telemetry.trace.send_span import open_send_span
from services.telemetry.trace.span import carry

PUBLISH_RETRY_S = 1.0

log = get_log()

Process = Callable[[ConsumedRecord, Announce], Awaitable[Outcome]]
Publish = Callable[[str, bytes, bytes | None, list[tuple[str, bytes]]], Awaitable[None]]


class Handler:
    """Handles the records of one stage.

    Args:
        publish: Publishes one record and returns after the broker's ack.
        group: The consumer group of the stage, as traces name it.
    """

    def __init__(
        self,
        stage: str,
        process: Process,
        publish: Publish,
        ledger: Ledger,
        park: Park,
        failpoints: Failpoints = NO_FAILPOINTS,
        group: str = "",
    ) -> None:
        self._stage = stage
        self._group = group
        self._process = process
        self._publish = publish
        self._ledger = ledger
        self._park = park
        self._failpoints = failpoints
        self._turns = Turns()
        self.published = 0

    async def handle(self, source: ConsumedRecord) -> None:
        """Bring a record to its outcome. Returns once every record that says so is acked."""
        begun = time.monotonic()
        with trace_record(self._stage, self._group, source) as span:
            async with self._turns.take(source.key or b""):
                outcome = await self._complete(source)
            tell_outcome(span, outcome)
            self._observe(source, outcome, time.monotonic() - begun)

    async def tell(self, key: bytes, fact: Publication) -> None:
        """Publish a fact about a job, after what is under way of it."""
        async with self._turns.take(key):
            await self._deliver(fact)

    async def _complete(self, source: ConsumedRecord) -> Outcome:
        outcome = await self._process(source, self._deliver)
        for publication in outcome.publications:
            with open_send_span(publication.topic, publication.key):
                await self._deliver(publication)
        self._failpoints.reach(Point.PUBLISHED)
        self._note(source, outcome)
        self._park.observe(outcome)
        return outcome

    async def _deliver(self, publication: Publication) -> None:
        """Publish for as long as it takes: what was paid for is never dropped."""
        headers = carry(publication.headers)
        while True:
            try:
                await self._publish(publication.topic, publication.key, publication.value, headers)
            except PublishFailedError as error:
                metric.PUBLISH_FAILURES.labels(self._stage).inc()
                log.warning("publish_failed", topic=publication.topic, error=str(error))
                headers = mark_repeat(headers)
                await asyncio.sleep(PUBLISH_RETRY_S)  # noqa: TID251 - the broker's time to recover
            else:
                self.published += 1
                return

    def _note(self, source: ConsumedRecord, outcome: Outcome) -> None:
        if isinstance(outcome, Succeeded):
            self._ledger.note_success(outcome.publication.key)
        elif isinstance(outcome, DeadLettered):
            headers = decode_headers(outcome.publication.headers)
            self._ledger.note_dead_letter(headers)
            self._ledger.note_failure(outcome.publication.key, headers.redrive, headers.attempt)
        elif isinstance(outcome, RetryLater):
            key = outcome.publication.key
            self._ledger.note_failure(key, outcome.redrive, outcome.answered_attempt)

    def _observe(self, source: ConsumedRecord, outcome: Outcome, duration_s: float) -> None:
        purpose = outcome.purpose
        metric.STAGE_PROCESSED.labels(self._stage, outcome.name, purpose).inc()
        if purpose is not Purpose.CANARY:
            duration = metric.STAGE_DURATION.labels(self._stage)
            duration.observe(duration_s, find_exemplar(source))
        bound = log.bind(
            job_id=source.shown_key,
            stage=self._stage,
            topic=source.topic,
            partition=source.partition,
            offset=source.offset,
        )
        if isinstance(outcome, DeadLettered):
            metric.DEAD_LETTERS.labels(self._stage, outcome.error_kind.value, purpose).inc()
            # Error lines are reported, and nobody is to be told of a shadow's.
            tell = bound.warning if purpose is Purpose.REPLAY else bound.error
            tell("dead_lettered", kind=outcome.error_kind, error=outcome.message)
        elif isinstance(outcome, RetryLater):
            failure = outcome.error.failure.value
            metric.STAGE_RETRIES.labels(self._stage, failure, purpose).inc()
            bound.warning(
                "retry_scheduled",
                failure=failure,
                error=outcome.error.message,
                tier=outcome.decision.tier.name,
                attempt=outcome.decision.attempt,
            )
        elif isinstance(outcome, Cancelled):
            bound.info("job_cancelled", call_closed=outcome.call_closed)
        elif isinstance(outcome, Succeeded):
            if purpose is not Purpose.CANARY:
                metric.STAGE_LAST_SUCCESS.labels(self._stage).set_to_current_time()
            bound.info("answer_published", duration_s=round(duration_s, 4))
        elif outcome.name == "already_answered":
            metric.DUPLICATES_SUPPRESSED.labels(self._stage).inc()
            bound.info("duplicate_suppressed")
