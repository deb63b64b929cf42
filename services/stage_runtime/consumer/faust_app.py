"""The Faust edge: a Faust app of one actor, with a life cycle that loses nothing.

Faust gives subscription, buffering, flow control, the commit timer and
a life cycle; what must be worked around is told in services/stage_runtime/README.md.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import faust
import faust.streams

from services.kafka import (
    METADATA_AGE_MS,
    PARTITION_FETCH_BYTES,
    FindPlace,
    KafkaSettings,
    Landmarks,
    wait_for_fetch,
)
from services.lifecycle.pulse import Pulse
from services.llm.limit.turn import TurnQueue
from services.stage_runtime.consumer.stream_buffer import HeldBytes, StreamBuffer
from services.stage_runtime.consumer.subscription import Handle, Subscription
from services.stage_runtime.transport.credentials import make_credentials
from services.stage_runtime.transport.stage_assignor import StageAssignor
from services.stage_runtime.transport.stage_transport import StageTransport
from services.telemetry import metric
from services.telemetry.recent import Recent

FAUST_STOP_S, LEAVE_S = 15.0, 5.0

CONSUMER_TASKS = (
    ("_coordinator", "_coordination_task", "the group coordination"),
    ("_fetcher", "_fetch_task", "the fetching"),
)
"""Tasks of aiokafka's consumer that run as long as it does, and whose end Faust does not see."""


class StageApp(faust.App):
    """A Faust app of one actor.

    Attributes:
        open_resources: Connects what the stage needs; raises when the stage must not start.
        close_resources: Disconnects it, after the last record.
        find_place: Says where to go on in a log that has lost what was to be read next.
        landmarks: Tell when an input was made again.
        tell_stopping: Told how long a stop may still take, and when all of ours is done.
        handle: Brings one record to its outcome, set by `open_resources`.
        held: What was fetched and is not done, in bytes.
        turns: Who waits for a call's turn is handed over when partitions are.
    """

    subscription: Subscription
    open_resources: Callable[["StageApp"], Awaitable[None]]
    close_resources: Callable[[], Awaitable[None]]
    handle: Handle
    tell_stopping: Callable[..., None]
    tell_interrupted: Callable[[], Coroutine[Any, Any, None]]
    find_stillness: Callable[[], str | None]
    find_place: FindPlace
    landmarks: Landmarks
    drain_s: float
    stage: str
    held: HeldBytes
    turns: TurnQueue
    pulse: Pulse
    recent: Recent
    reported_rebalances = 0
    seen_commits: Mapping[Any, int | None] = MappingProxyType({})

    def _new_transport(self) -> StageTransport:
        return StageTransport(self.conf.broker_consumer, self)

    async def on_first_start(self) -> None:
        """Connect before the first record can come."""
        await self.open_resources(self)
        await super().on_first_start()

    def _create_directories(self) -> None:
        # Faust makes its folder, but not the one above it.
        Path(self.conf.datadir).mkdir(parents=True, exist_ok=True)
        super()._create_directories()

    def FlowControlQueue(self, maxsize: int | None = None, **options: bool) -> StreamBuffer:
        """The buffer of a stream, bounded by bytes, too."""
        flow = self.flow_control
        return StreamBuffer(maxsize or 0, held=self.held, flow_control=flow, **options)

    def on_rebalance_start(self) -> None:
        """Hand over what would hold the rebalance up. Called in the consumer's own thread."""
        super().on_rebalance_start()
        self.loop.call_soon_threadsafe(self.turns.hand_over)

    def on_rebalance_end(self) -> None:
        """Go on with the partitions of the new assignment."""
        self.turns.go_on()
        super().on_rebalance_end()

    async def on_stop(self) -> None:
        """Stop pulling, drain with a deadline, then stop as Faust does."""
        self.tell_stopping(self.drain_s + FAUST_STOP_S)
        if self._consumer is not None:
            self.consumer.stop_flow()
            self.flow_control.suspend()
            self.flow_control.clear()
        # Said first: whoever ends us before we are done is no crash.
        telling = asyncio.create_task(self.tell_interrupted())
        try:
            await self.subscription.drain(self.drain_s)
            telling.cancel()
            # What was cancelled stays unacked, and Faust would wait for it without a limit.
            self.conf.stream_wait_empty = False
            await super().on_stop()
            await self.close_resources()
        finally:
            # What is left is Faust's: it would wait for a broker that is away to take its commit.
            self.tell_stopping(LEAVE_S, is_done=True)

    @property
    def _thread(self) -> Any:
        """The thread in which Faust's consumer runs; None until it is there."""
        return getattr(self._consumer, "_thread", None)

    @property
    def _client(self) -> Any:
        """aiokafka's consumer below Faust's; None until it is there."""
        return getattr(self._thread, "_consumer", None)

    @property
    def assigned_partitions(self) -> frozenset[int]:
        """The partitions of which this worker has the records."""
        # Until its thread runs, Faust's consumer raises instead of having none.
        assigned = self.consumer.assignment() if self._client is not None else ()
        return frozenset(tp.partition for tp in assigned)

    @property
    def is_ready(self) -> bool:
        """Whether records are being pulled, or the worker is idle because others have them all."""
        is_running = self.started and not self.should_stop and not self.rebalancing
        return bool(is_running and (self.assigned_partitions or self.unassigned))

    def pace_fetches(self) -> None:
        """Let fetches be short while records come, and long when it is quiet."""
        if getattr(self._client, "_fetcher", None) is not None:
            wait_for_fetch(self._client, is_busy=self.subscription.was_busy())

    def ask_consumer(self) -> None:
        """Ask the consumer's thread whether it lives."""
        if self._client is not None and not self.should_stop:
            self.pulse.ask(self._thread.thread_loop)

    def report_membership(self) -> None:
        """Export this worker's partitions, and the rebalances since it was last asked."""
        metric.PARTITIONS_ASSIGNED.labels(self.stage).set(len(self.assigned_partitions))
        new = self.rebalancing_count - self.reported_rebalances
        metric.REBALANCES.labels(self.stage).inc(new)
        self.recent.note(self.stage, times=new)
        metric.RECENT_REBALANCES.labels(self.stage).set(self.recent.count(self.stage))
        self.reported_rebalances += new

    def has_committed(self) -> bool:
        """Whether offsets were committed since this was last asked."""
        seen, self.seen_commits = self.seen_commits, dict(self.monitor.tp_committed_offsets)
        return self.seen_commits != seen

    def find_fault(self) -> str | None:
        """Why this app cannot go on: what Faust knows but does not act on, or that all is still."""
        if self.crashed:
            return "Faust has crashed"
        return (self._find_consumer_fault() if not self.should_stop else None) or (
            self.find_stillness()
        )

    def _find_consumer_fault(self) -> str | None:
        for part, task, what in CONSUMER_TASKS:
            running = getattr(getattr(self._client, part, None), task, None)
            if running is not None and running.done():
                return f"{what} has ended"
        return self.pulse.find_fault()


def build_stage_app(
    *,
    stage: str,
    group: str,
    kafka: KafkaSettings,
    inputs: tuple[str, ...],
    instance_id: str,
    data_dir: str,
    held: HeldBytes,
    turns: TurnQueue,
) -> StageApp:
    """Build the app. Connects to nothing."""
    if getattr(faust.streams, "_CStreamIterator", None) is None:
        raise RuntimeError("faust-streaming without its compiled parts acks records it skips")
    app = StageApp(
        group,
        broker=";".join(f"kafka://{broker}" for broker in kafka.bootstrap_servers.split(",")),
        broker_credentials=make_credentials(kafka),
        store="memory://",
        datadir=data_dir,
        web_enabled=False,
        worker_redirect_stdouts=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        # With no table, 1 (and not 0) selects Faust's sticky assignor, which keeps partition p of
        # every input with one worker. Another value is another protocol: never in a rolling deploy.
        table_standby_replicas=1,
        PartitionAssignor=StageAssignor,
        consumer_group_instance_id=instance_id,
        consumer_auto_offset_reset="none",
        consumer_max_fetch_size=PARTITION_FETCH_BYTES,
        consumer_metadata_max_age_ms=METADATA_AGE_MS,
        broker_commit_interval=1.0,
        broker_session_timeout=20.0,
        broker_rebalance_timeout=120.0,
        broker_request_timeout=150.0,
        broker_max_poll_records=20,
        # A worker without a fetch for this long leaves its group and never comes back.
        broker_max_poll_interval=1e7,
        stream_buffer_maxsize=2400,
        stream_processing_timeout=900.0,
        broker_commit_livelock_soft_timeout=900.0,
    )
    app.tell_stopping = lambda *_, **__: None
    app.tell_interrupted = _tell_nothing
    app.find_stillness = lambda: None
    app.stage, app.held, app.turns = stage, held, turns
    app.recent = Recent()
    app.pulse = Pulse("the consumer's thread")
    _add_actor(app, inputs)
    return app


async def _tell_nothing() -> None:
    """Nothing has begun, so nothing is interrupted."""


def _add_actor(app: StageApp, inputs: tuple[str, ...]) -> None:
    topic = app.topic(
        *inputs, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )

    @app.agent(topic, name="records")
    async def records(stream: Any) -> None:
        await app.subscription.pull(stream, app.handle, lambda: app.consumer_generation_id)
