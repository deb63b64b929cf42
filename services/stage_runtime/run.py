"""The composition root of a stage's process: settings in, a Faust app with its resources out."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from schemas.topics import MAX_RECORD_BYTES
from services.stage_runtime import metric
from services.stage_runtime.codec import write_cancel_heard
from services.stage_runtime.control import Tell, listen
from services.stage_runtime.faust_app import StageApp, build_stage_app, run_worker
from services.stage_runtime.flood import Flood
from services.stage_runtime.forwarder import Forwarder
from services.stage_runtime.handler import Handler
from services.stage_runtime.health import HEARTBEAT_LIMIT_S, serve_health
from services.stage_runtime.kafka import (
    BrokerUnavailableError,
    ConsumedRecord,
    KafkaSettings,
    Publisher,
    open_group_reader,
    open_publisher,
)
from services.stage_runtime.ledger import Ledger
from services.stage_runtime.ledger_load import LedgerLoader
from services.stage_runtime.llm_settings import LlmSettings
from services.stage_runtime.log import configure_logging, get_log
from services.stage_runtime.model_client import open_model_client
from services.stage_runtime.model_metric import observe_calls
from services.stage_runtime.outcome import OUTCOMES
from services.stage_runtime.park import Park
from services.stage_runtime.process import Processor, utc_now
from services.stage_runtime.retry import RetryPolicy, RetrySettings
from services.stage_runtime.settings import StageSettings
from services.stage_runtime.stage import Stage
from services.stage_runtime.subscription import Subscription
from services.stage_runtime.suggest import Suggester
from services.stage_runtime.topic_check import TopicMismatchError, check_topics
from services.stage_runtime.watchdog import Watchdog

HEARTBEAT_INTERVAL_S = 1.0
FAUST_STOP_S = 15.0
EXIT_REFUSED = 78
EXIT_BUG = 70

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
        self.settings = settings
        self.llm = llm
        self.policy = RetryPolicy(kafka.topics.tiers, retry.max_attempts)
        flood = Flood(settings.flood_limit, settings.flood_share)
        self.park = Park(stage.name.value, flood=flood)
        self.worker = settings.instance_id or f"{stage.name.value}-agent-0"
        self._resources = AsyncExitStack()
        self._handler: Handler | None = None
        self._telling: set[asyncio.Task[None]] = set()

    def build_app(self) -> StageApp:
        """Build the Faust app, which opens the resources when it starts."""
        topics = self.kafka.topics
        app = build_stage_app(
            stage=self.stage.name.value,
            group=topics.group(self.stage.name),
            brokers=self.kafka.bootstrap_servers,
            inputs=topics.inputs(self.stage.name),
            instance_id=self.worker,
            data_dir=str(self.settings.data_dir),
            max_record_bytes=MAX_RECORD_BYTES,
        )
        app.drain_s = self.settings.drain_s
        app.open_resources = self._open
        app.close_resources = self._resources.aclose
        return app

    async def _open(self, app: StageApp) -> None:
        configure_logging(self.worker)
        try:
            await self._resources.enter_async_context(self._serve(app))
        except (TopicMismatchError, BrokerUnavailableError) as error:
            sys.stderr.write(f"error: {error}\n")
            sys.stderr.flush()
            os._exit(EXIT_REFUSED)

    @asynccontextmanager
    async def _serve(self, app: StageApp) -> AsyncIterator[None]:
        await check_topics(self.kafka, self.kafka.topics.all())
        app.subscription = Subscription(
            self.stage.name.value,
            self.settings.concurrency,
            self.settings.partition_window,
            self.park,
        )
        ledger = Ledger()
        async with (
            open_publisher(self.kafka) as publisher,
            open_model_client(self.llm, self.settings.concurrency) as model,
            watch(app) as watchdog,
            self._forward(publisher),
            listen(self.kafka, self._tell_cancel(app)) as (cancellations, listening),
        ):
            listening.add_done_callback(end_on_failure)
            processor = Processor(
                self.stage,
                self.kafka.topics,
                ledger,
                Suggester(self.stage, observe_calls(self.stage.name.value, model.ask)).suggest,
                self.worker,
                self.policy,
                cancellations,
            )
            self._connect(app, ledger, processor, publisher)
            with serve_health(
                self.settings.health_host,
                self.settings.health_port,
                alive=lambda: _alive(watchdog),
                ready=lambda: _ready(app, self.park),
            ):
                self._tell_started()
                stop_s = self.settings.drain_s + FAUST_STOP_S
                app.tell_stopping = lambda: watchdog.expect_end_within(stop_s)
                yield

    def _connect(
        self, app: StageApp, ledger: Ledger, processor: Processor, publisher: Publisher
    ) -> None:
        name = self.stage.name
        loader = LedgerLoader(
            name,
            self.kafka,
            self.kafka.topics.group(name),
            ledger,
            self.settings.ledger_margin_s,
        )
        handler = Handler(name.value, processor.process, publisher.publish, ledger, self.park)
        self._handler = handler

        async def handle(generation: int, source: ConsumedRecord) -> None:
            loader.assign(generation, app.assigned_partitions)
            await loader.ready(generation, source.partition)
            await handler.handle(source)

        app.handle = handle

    def _tell_cancel(self, app: StageApp) -> Tell:
        """Say that this stage has heard of a cancel, where the job's partition is this worker's."""

        def tell(partition: int, key: bytes) -> None:
            name, topics, now = self.stage.name, self.kafka.topics, utc_now()
            fact = write_cancel_heard(key, name, topics, self.worker, now)
            if fact is None or self._handler is None or partition not in app.assigned_partitions:
                return
            telling = asyncio.create_task(self._handler.tell(key, fact))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)

        return tell

    @asynccontextmanager
    async def _forward(self, publisher: Publisher) -> AsyncIterator[None]:
        """Run the retry forwarder beside the stage. Its failure ends the process."""
        name, topics = self.stage.name, self.kafka.topics
        group = topics.forwarder_group(name)
        async with open_group_reader(
            self.kafka, topics.retries(name), group, f"{self.worker}-forwarder"
        ) as reader:
            forwarder = Forwarder(name, self.kafka, reader, publisher)
            forwarding = asyncio.create_task(forwarder.run())
            forwarding.add_done_callback(end_on_failure)
            try:
                yield
            finally:
                forwarding.cancel()

    def _tell_started(self) -> None:
        metric.tell_build(self.worker)
        for outcome in OUTCOMES:
            # A series that is not there yet breaks rate() and alerts.
            metric.STAGE_PROCESSED.labels(self.stage.name.value, outcome.name)
        log.info(
            "stage_started",
            stage=self.stage.name.value,
            engine="demo" if self.llm.is_demo else "model",
            model=self.llm.effective_model,
            because="OPENAI_API_KEY is not set" if self.llm.is_demo else "OPENAI_API_KEY is set",
        )


def end_on_failure(task: asyncio.Task[None]) -> None:
    """End the process when a task that must run for ever has failed."""
    if not task.cancelled() and task.exception() is not None:
        log.critical("background_task_failed", exc_info=task.exception())
        os._exit(EXIT_BUG)


@asynccontextmanager
async def watch(app: StageApp) -> AsyncIterator[Watchdog]:
    """Watch over the app, with a heartbeat of the running loop."""
    watchdog = Watchdog(app.find_fault)

    async def beat() -> None:
        while True:
            watchdog.beat()
            app.pace_fetches()
            app.report_membership()
            await asyncio.sleep(HEARTBEAT_INTERVAL_S)  # noqa: TID251 - the heartbeat's interval

    heart = asyncio.create_task(beat())
    watchdog.start()
    try:
        yield watchdog
    finally:
        heart.cancel()


def build_app(stage: Stage[Any]) -> StageApp:
    """Read the settings and build a stage's app, for `faust -A ... worker` and for `run`."""
    return StageProcess(
        stage, KafkaSettings(), StageSettings(), LlmSettings(), RetrySettings()
    ).build_app()


def run(app: StageApp) -> None:
    """Run a stage until SIGTERM or SIGINT. Ends the process."""
    run_worker(app)


def _alive(watchdog: Watchdog) -> tuple[bool, dict[str, object]]:
    age = watchdog.heartbeat_age_s
    return age < HEARTBEAT_LIMIT_S, {"heartbeatAgeS": round(age, 3)}


def _ready(app: StageApp, park: Park) -> tuple[bool, dict[str, object]]:
    # Parked is ready: starting it again would not help.
    return app.is_ready, {"partitions": sorted(app.assigned_partitions), "parked": park.reason}
