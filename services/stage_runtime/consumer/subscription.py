"""Pulls records, keeps at most so many open, acks them in order, drains on a stop.

What Faust loses by itself is kept here: one actor that never raises, `noack`, a slot taken before
the next pull, and a task per record (services/stage_runtime/README.md).
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from services.kafka.value import ConsumedRecord
from services.lifecycle.failpoint import NO_FAILPOINTS, Failpoints, Point
from services.lifecycle.shutdown import end_at_once
from services.stage_runtime.consumer.ordered_ack import OpenRecord, OrderedAcks
from services.stage_runtime.consumer.park import Park
from services.stage_runtime.consumer.stream_buffer import HeldBytes, count_bytes
from services.telemetry import metric
from services.telemetry.log import get_log

CANCELLED_TASKS_S = 5.0
PROBE_POLL_S = 0.1
MAX_PROBE_WAIT_S = 60.0

log = get_log()

Handle = Callable[[int, ConsumedRecord], Awaitable[None]]
Generation = Callable[[], int]


class Subscription:
    """The open records of one stage's process.

    Args:
        concurrency: Most records handled at a time.
        window: Most records open in one partition, before pulling stops.
        park: Says when pulling must stop because no call can succeed.
        held: Counts the bytes of open records.
    """

    def __init__(
        self,
        stage: str,
        concurrency: int,
        window: int,
        park: Park,
        held: HeldBytes,
        failpoints: Failpoints = NO_FAILPOINTS,
    ) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._window = window
        self._park = park
        self._held = held
        self._failpoints = failpoints
        self._acks = OrderedAcks()
        self._closed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopping = False
        self._has_pulled = False
        self.pulled = 0
        self._consumed = metric.STAGE_CONSUMED.labels(stage)
        self._in_progress = metric.STAGE_IN_PROGRESS.labels(stage)
        metric.STAGE_CONCURRENCY_LIMIT.labels(stage).set(concurrency)
        metric.STAGE_HELD_BYTES.labels(stage).set_function(lambda: held.total)

    async def pull(self, stream: Any, handle: Handle, current_generation: Generation) -> None:
        """Pull records for ever, each into a task of its own.

        Args:
            stream: Of Faust.
            current_generation: Of the group; a record of an older one is not acked.
        """
        await self._take_slot()
        async for event in stream.noack().events():
            opened = self._open(event, current_generation)
            task = asyncio.create_task(self._run(handle, event.message, opened))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            # Faust waits for events that are still referenced.
            del event, task, opened
            await self._take_slot()

    @property
    def waiting(self) -> int:
        """How many records were pulled and have no outcome."""
        return len(self._tasks)

    def leave_slot(self) -> None:
        """Let another record be pulled while one that was pulled only waits."""
        self._slots.release()

    async def take_slot_again(self) -> None:
        """Wait for a slot for a record that has waited."""
        await self._slots.acquire()

    def was_busy(self) -> bool:
        """Whether a record was pulled or under way since this was last asked."""
        busy, self._has_pulled = self._has_pulled or bool(self._tasks), False
        return busy

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
        while not self._park.may_pull(len(self._tasks)):
            # While tasks run, their end is waited for; then the probe's time.
            self._closed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), self._probe_wait_s())

    def _probe_wait_s(self) -> float:
        return min(self._park.wait_s, MAX_PROBE_WAIT_S) or PROBE_POLL_S

    def _open(self, event: Any, current_generation: Generation) -> OpenRecord:
        message, consumer = event.message, event.app.consumer
        generation = message.generation_id

        def ack() -> None:
            # The consumer itself does not look at the generation.
            if generation == current_generation():
                message.ack(consumer)

        self._held.open += count_bytes(message)
        self._has_pulled = True
        self.pulled += 1
        self._consumed.inc()
        self._in_progress.inc()
        return self._acks.open((message.tp, generation), ack)

    async def _run(self, handle: Handle, message: Any, opened: OpenRecord) -> None:
        size = count_bytes(message)
        try:
            self._failpoints.reach(Point.PULLED)
            await handle(message.generation_id, _consumed_record(message))
            self._acks.close(opened)
            self._failpoints.reach(Point.ACKED)
        except asyncio.CancelledError:
            if not self._is_stopping:
                log.critical("record_cancelled_while_running")
                end_at_once()
            raise
        except BaseException:
            # A record that is never closed would stall its partition's commits for good.
            log.critical("handler_failed", exc_info=True)
            end_at_once()
        finally:
            # It may wait for long behind a slow head to be acked, for which it needs no value.
            message.value = None
            self._held.close(size)
            self._in_progress.dec()
            self._closed.set()
            self._slots.release()


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
