"""The Faust edge: pulls records, keeps at most so many open, acks them in order, drains on a stop.

The one importer of faust. Faust gives subscription, buffering, flow control, the commit timer and
a life cycle; what it loses by itself is kept here: one actor that never raises, `noack`, a slot
taken before the next pull, and a task per record (services/stage_runtime/README.md).
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

import faust
import faust.streams
import uvloop

from services.stage_runtime import metric
from services.stage_runtime.kafka_value import ConsumedRecord
from services.stage_runtime.log import get_log
from services.stage_runtime.ordered_ack import OpenRecord, OrderedAcks

CANCELLED_TASKS_S = 5.0
EXIT_BUG = 70

log = get_log()

Handle = Callable[[int, ConsumedRecord], Awaitable[None]]


class Subscription:
    """The open records of one stage's process.

    Args:
        concurrency: Most records handled at a time.
        window: Most records open in one partition, before pulling stops.
    """

    def __init__(self, stage: str, concurrency: int, window: int) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._window = window
        self._acks = OrderedAcks()
        self._closed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopping = False
        self._consumed = metric.STAGE_CONSUMED.labels(stage)
        self._in_progress = metric.STAGE_IN_PROGRESS.labels(stage)
        metric.STAGE_CONCURRENCY_LIMIT.labels(stage).set(concurrency)

    async def pull(self, app: "StageApp", stream: Any) -> None:
        """Pull records for ever, each into a task of its own."""
        await self._take_slot()
        async for event in stream.noack().events():
            opened = self._open(app, event)
            task = asyncio.create_task(self._run(app.handle, event.message, opened))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            # Faust waits for events that are still referenced.
            del event, task, opened
            await self._take_slot()

    async def drain(self, deadline_s: float) -> None:
        """Let what is under way end; cancel, unacked, what has not ended in time."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=deadline_s)
        self._is_stopping = True
        left = list(self._tasks)
        for task in left:
            task.cancel()
        if left:
            log.warning("drain_cancelled", records=len(left))
            await asyncio.wait(left, timeout=CANCELLED_TASKS_S)

    async def _take_slot(self) -> None:
        """Wait for room, before the next pull: a pulled record that waits would be held open."""
        await self._slots.acquire()
        while self._acks.widest >= self._window:
            self._closed.clear()
            await self._closed.wait()

    def _open(self, app: "StageApp", event: Any) -> OpenRecord:
        message = event.message
        generation = message.generation_id

        def ack() -> None:
            # The consumer itself does not look at the generation.
            if generation == app.consumer_generation_id:
                event.ack()

        self._consumed.inc()
        self._in_progress.inc()
        return self._acks.open((message.tp, generation), ack)

    async def _run(self, handle: Handle, message: Any, opened: OpenRecord) -> None:
        try:
            await handle(message.generation_id, _consumed_record(message))
            self._acks.close(opened)
        except asyncio.CancelledError:
            if not self._is_stopping:
                log.critical("record_cancelled_while_running")
                os._exit(EXIT_BUG)
            raise
        except BaseException:
            # A record that is never closed would stall its partition's commits for good.
            log.critical("handler_failed", exc_info=True)
            os._exit(EXIT_BUG)
        finally:
            self._in_progress.dec()
            self._closed.set()
            self._slots.release()


class StageApp(faust.App):
    """A Faust app of one actor.

    Attributes:
        open_resources: Connects what the stage needs; raises when the stage must not start.
        close_resources: Disconnects it, after the last record.
        handle: Brings one record to its outcome, set by `open_resources`.
    """

    subscription: Subscription
    open_resources: Callable[["StageApp"], Awaitable[None]]
    close_resources: Callable[[], Awaitable[None]]
    handle: Handle
    drain_s: float

    async def on_first_start(self) -> None:
        """Connect before the first record can come."""
        await super().on_first_start()
        await self.open_resources(self)

    async def on_stop(self) -> None:
        """Stop pulling, drain with a deadline, then stop as Faust does."""
        if self._consumer is not None:
            self.consumer.stop_flow()
            self.flow_control.suspend()
            self.flow_control.clear()
        await self.subscription.drain(self.drain_s)
        # What was cancelled stays unacked, and Faust would wait for it without a limit.
        self.conf.stream_wait_empty = False
        await super().on_stop()
        await self.close_resources()

    @property
    def assigned_partitions(self) -> frozenset[int]:
        """The partitions of which this worker has the records."""
        assigned = self.consumer.assignment() if self._consumer is not None else ()
        return frozenset(tp.partition for tp in assigned)

    @property
    def is_ready(self) -> bool:
        """Whether records are being pulled, or the worker is idle because others have them all."""
        is_running = self.started and not self.should_stop and not self.rebalancing
        return bool(is_running and (self.assigned_partitions or self.unassigned))

    def find_fault(self) -> str | None:
        """Why this app cannot go on, as far as Faust knows but does not act on."""
        if self.crashed:
            return "Faust has crashed"
        thread = getattr(self._consumer, "_thread", None)
        coordinator = getattr(getattr(thread, "_consumer", None), "_coordinator", None)
        coordination = getattr(coordinator, "_coordination_task", None)
        if coordination is not None and coordination.done() and not self.should_stop:
            return "the group coordination has ended"
        return None


def build_stage_app(
    *,
    group: str,
    brokers: str,
    inputs: tuple[str, ...],
    instance_id: str,
    data_dir: str,
    max_record_bytes: int,
) -> StageApp:
    """Build the app. Connects to nothing."""
    if getattr(faust.streams, "_CStreamIterator", None) is None:
        raise RuntimeError("faust-streaming without its compiled parts acks records it skips")
    app = StageApp(
        group,
        broker=";".join(f"kafka://{broker}" for broker in brokers.split(",")),
        store="memory://",
        datadir=data_dir,
        web_enabled=False,
        worker_redirect_stdouts=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        # With no table, 1 (and not 0) selects Faust's sticky assignor, which keeps partition p of
        # every input with one worker. Another value is another protocol: never in a rolling deploy.
        table_standby_replicas=1,
        consumer_group_instance_id=instance_id,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=max_record_bytes,
        broker_commit_interval=1.0,
        broker_session_timeout=20.0,
        broker_heartbeat_interval=3.0,
        broker_rebalance_timeout=120.0,
        broker_request_timeout=150.0,
        broker_max_poll_records=20,
        # A worker without a fetch for this long leaves its group and never comes back.
        broker_max_poll_interval=1e7,
        stream_buffer_maxsize=2400,
        stream_wait_empty=True,
        stream_processing_timeout=900.0,
        broker_commit_livelock_soft_timeout=900.0,
    )
    topic = app.topic(
        *inputs, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )

    @app.agent(topic, name="records")
    async def records(stream: Any) -> None:
        await app.subscription.pull(app, stream)

    return app


def run_worker(app: StageApp) -> None:
    """Run the app until SIGTERM or SIGINT. Ends the process."""
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = faust.Worker(
        app, loop=loop, override_logging=False, redirect_stdouts=False, quiet=True
    )
    worker.execute_from_commandline()


def _consumed_record(message: Any) -> ConsumedRecord:
    return ConsumedRecord(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        timestamp_ms=int(message.timestamp * 1000),
        key=message.key,
        value=message.value,
        headers=message.headers or (),
    )
