"""The composition root of a stage's process: settings in, a Faust app with its resources out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from schemas.kafka.control import NO_JOB
from services.failure.retry import RetryPolicy
from services.failure.settings import RetrySettings
from services.kafka import (
    BrokerUnavailableError,
    ConsumedRecord,
    KafkaSettings,
    Landmarks,
    Publisher,
    PublishFailedError,
    open_publisher,
    open_record_reader,
)
from services.kafka.topic_check import TopicMismatchError, check_topics
from services.lifecycle import exit_status
from services.lifecycle.failpoint import Failpoints, FailpointSettings
from services.lifecycle.lock import LockHeldError, hold_lock
from services.lifecycle.settings import require_settings
from services.lifecycle.shutdown import end_on_failure, refuse_at_once
from services.llm.limit.concurrency import Concurrency
from services.llm.limit.rate_limiter import RateLimiter
from services.llm.limit.turn import TurnQueue
from services.llm.model import open_model
from services.llm.server.parameters import name_parameters
from services.llm.server.settings import LlmSettings, ModelSettingsError
from services.stage_runtime.consumer.cancel_listener import Tell, listen
from services.stage_runtime.consumer.dead_letter_limit import DeadLetterLimit
from services.stage_runtime.consumer.faust_app import StageApp, build_stage_app
from services.stage_runtime.consumer.handler import Handler
from services.stage_runtime.consumer.heartbeat import watch
from services.stage_runtime.consumer.ledger_loader import LedgerLoader
from services.stage_runtime.consumer.park import Park
from services.stage_runtime.consumer.retry_forwarder import open_forwarder
from services.stage_runtime.consumer.stillness import StageStillness
from services.stage_runtime.consumer.stream_buffer import HeldBytes
from services.stage_runtime.consumer.subscription import Subscription
from services.stage_runtime.health import serve_stage_health
from services.stage_runtime.processing.crash_suspect import Quarantine, Suspects
from services.stage_runtime.processing.kept_answers import KeptAnswers
from services.stage_runtime.processing.ledger import Ledger
from services.stage_runtime.processing.outcome_record import OutcomeWriter
from services.stage_runtime.processing.processor import Processor
from services.stage_runtime.settings import StageSettings
from services.stage_runtime.suggestion.stage import Stage
from services.stage_runtime.suggestion.suggester import Suggester
from services.stage_runtime.telling import TELLING_REFUSALS, show_stage, tell_of_process
from services.telemetry.log import get_log

MIB = 1024 * 1024
START_PUBLISH_S = 30.0
START_REFUSALS = (TopicMismatchError, ModelSettingsError, *TELLING_REFUSALS)
NOT_THERE = (BrokerUnavailableError, PublishFailedError)

log = get_log()


class StageProcess:
    """What one process of a stage is made of, from its settings."""

    def __init__(
        self,
        stage: Stage[Any],
        kafka: KafkaSettings,
        settings: StageSettings,
        llm: LlmSettings,
        retry: RetrySettings,
    ) -> None:
        self.stage = stage
        self.kafka = kafka
        self.settings, self.llm = settings, llm
        self.policy = RetryPolicy(kafka.topics.tiers, retry.max_attempts)
        flood = DeadLetterLimit(settings.flood_limit, settings.flood_share)
        limiter = RateLimiter(llm.requests_per_minute, llm.tokens_per_minute)
        calls = Concurrency(settings.concurrency, start=llm.known.start_calls)
        self.turns = TurnQueue(calls, limiter)
        self.park = Park(stage.name.value, flood=flood, turns=self.turns)
        self.worker = settings.name_worker(stage.name.value)
        self._telling_of_it = tell_of_process(stage.name.value, self.worker)
        self.writer = OutcomeWriter(stage.name, kafka.topics, self.worker)
        self.stillness = StageStillness(settings.still_s)
        self.ledger = Ledger()
        self.suspects = Suspects(stage.name, self.ledger)
        self.kept = KeptAnswers(stage.name)
        self.failpoints = Failpoints(FailpointSettings().dir, stage.name.value)
        self.held = HeldBytes(settings.held_mib * MIB)
        self._resources = AsyncExitStack()
        self._handler: Handler | None = None
        self._telling: set[asyncio.Task[None]] = set()

    def build_app(self) -> StageApp:
        """Build the Faust app, which opens the resources when it starts."""
        topics, name = self.kafka.topics, self.stage.name
        app = build_stage_app(
            stage=name.value,
            group=topics.group(name),
            kafka=self.kafka,
            inputs=topics.inputs(name),
            instance_id=self.worker,
            data_dir=str(self.settings.data_dir),
            held=self.held,
            turns=self.turns,
        )
        app.drain_s = self.settings.drain_s
        app.open_resources = self._open
        app.close_resources = self._resources.aclose
        return app

    async def _open(self, app: StageApp) -> None:
        try:
            self._resources.enter_context(self._telling_of_it)
            self._resources.enter_context(hold_lock(self.settings.data_dir / f"{self.worker}.lock"))
            await self._resources.enter_async_context(self._serve(app))
        except LockHeldError as error:
            refuse_at_once(
                f"{error}: a worker of the same name runs there, and both would make every call;"
                " give each its own STAGE_INSTANCE_ID"
            )
        except START_REFUSALS as error:
            refuse_at_once(str(error))
        except NOT_THERE as error:
            refuse_at_once(str(error), exit_status.UNAVAILABLE)

    @asynccontextmanager
    async def _serve(self, app: StageApp) -> AsyncIterator[None]:
        await check_topics(self.kafka, self.kafka.topics.all())
        app.subscription = Subscription(
            self.stage.name.value,
            self.settings.concurrency,
            self.settings.partition_window,
            self.park,
            self.held,
            self.failpoints,
        )
        spending = self.settings.data_dir / f"spending-{self.worker}.json"
        told = (self.stage.name, self.kafka, self.worker, self.failpoints)
        quarantine = Quarantine(app.subscription.leave_slot, app.subscription.take_slot_again)
        async with (
            self._publish() as publisher,
            open_model(self.llm, self.stage.name.value, self.turns, spending) as ask,
            watch(app, self.failpoints) as watchdog,
            open_record_reader(self.kafka, self.kafka.topics.inputs(self.stage.name)) as witness,
            open_forwarder(*told, publisher, Landmarks(witness)),
            listen(self.kafka, self._tell_cancel(app), Landmarks(witness)) as (cancels, hearing),
        ):
            hearing.add_done_callback(end_on_failure)
            app.landmarks = Landmarks(witness)
            processor = Processor(
                self.stage,
                self.writer,
                self.ledger,
                Suggester(self.stage, ask, parameters=name_parameters(self.llm)).suggest,
                self.policy,
                cancels,
                self.suspects,
                self.kept,
                failpoints=self.failpoints,
                quarantine=quarantine,
            )
            self._connect(app, processor, publisher)
            with serve_stage_health(self.settings, app, watchdog, self.park):
                show_stage(self.stage.name, self.worker)
                profile = self.llm.effective_profile
                log.info("stage_started", stage=self.stage.name.value, profile=profile)
                app.tell_stopping = watchdog.expect_end_within
                app.tell_interrupted = processor.tell_interrupted
                yield

    @asynccontextmanager
    async def _publish(self) -> AsyncIterator[Publisher]:
        """Connect a publisher that knows the broker's clock, which the forwarder goes by."""
        async with open_publisher(self.kafka) as publisher:
            # A tombstone says nothing to anybody, and compaction takes it away.
            await publisher.publish(self.kafka.topics.control, NO_JOB, None, [], START_PUBLISH_S)
            yield publisher

    def _connect(self, app: StageApp, processor: Processor, publisher: Publisher) -> None:
        name = self.stage.name
        loader = LedgerLoader(
            name,
            self.kafka,
            self.kafka.topics.group(name),
            self.ledger,
            self._note_event,
            self.settings.ledger_margin_s,
        )
        handler = Handler(
            name.value,
            processor.process,
            publisher.publish,
            self.ledger,
            self.park,
            self.failpoints,
            self.kafka.topics.group(name),
        )
        self._handler, app.find_place = handler, loader.find_place
        app.find_stillness = partial(self._find_stillness, app, handler)

        async def handle(generation: int, source: ConsumedRecord) -> None:
            loader.assign(generation, app.assigned_partitions)
            await loader.ready(generation, source.partition)
            await handler.handle(source)

        app.handle = handle

    def _note_event(self, record: ConsumedRecord) -> None:
        self.suspects.note_event(record)
        self.kept.note_event(record)

    def _find_stillness(self, app: StageApp, handler: Handler) -> str | None:
        subscription = app.subscription
        return self.stillness.find_fault(
            waiting=subscription.waiting,
            calls=self.turns.concurrency.under_way,
            moved=subscription.pulled + handler.published,
            is_parked=self.park.is_parked,
        )

    def _tell_cancel(self, app: StageApp) -> Tell:
        """Say that this stage has heard of a cancel, where the job's partition is this worker's."""

        def tell(partition: int, key: bytes) -> None:
            fact = self.writer.write_cancel_heard(key)
            if fact is None or self._handler is None or partition not in app.assigned_partitions:
                return
            telling = asyncio.create_task(self._handler.tell(key, fact))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)

        return tell


def build_app(stage: Stage[Any]) -> StageApp:
    """Read the settings and build a stage's app, for `faust -A ... worker` and for `run`."""
    kafka, settings = require_settings(KafkaSettings), require_settings(StageSettings)
    llm, retry = require_settings(LlmSettings), require_settings(RetrySettings)
    return StageProcess(stage, kafka, settings, llm, retry).build_app()
