"""The retry forwarder: gives a waiting record back to its stage when its time has come.

A tier is one topic with one constant delay, so it is a queue by due time: while its head is not
due, the whole partition is held. It polls at all times, so it stays in its group, never handles a
record itself, and commits only what the broker has acked in the stage's requests.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from schemas.stage import StageName
from services.kafka import (
    ConsumedRecord,
    GroupReader,
    KafkaSettings,
    Landmarks,
    Position,
    Publisher,
    PublishFailedError,
    find_place,
    open_admin,
    open_group_reader,
)
from services.lifecycle.failpoint import NO_FAILPOINTS, Failpoints, Point
from services.lifecycle.shutdown import end_on_failure
from services.telemetry import metric
from services.telemetry.log import get_log

FORWARDER_POLL_S = 5.0
MAX_RECORDS = 64
PUBLISH_RETRY_S = 1.0

log = get_log()


@dataclass(frozen=True)
class Hold:
    """A partition whose head is not due. until is in monotonic seconds."""

    until: float
    generation: int


def due_in_s(appended_ms: int, delay_s: float, broker_now_ms: float | None) -> float:
    """How long a record must still wait, in seconds.

    The delay counts from the broker's append time, by the broker's clock: a wrong clock of ours can
    neither shorten nor stretch it. Without knowing the broker's clock it is waited in full.
    """
    if broker_now_ms is None:
        return delay_s
    return min(delay_s, max(0.0, delay_s - (broker_now_ms - appended_ms) / 1000))


class RetryForwarder:
    """Forwards one stage's waiting records.

    Args:
        delays: How long a record waits in each topic, in seconds.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        stage: StageName,
        requests: str,
        delays: Mapping[str, float],
        reader: GroupReader,
        publisher: Publisher,
        clock: Callable[[], float] = time.monotonic,
        failpoints: Failpoints = NO_FAILPOINTS,
    ) -> None:
        self._stage = stage
        self._requests = requests
        self._delays = delays
        self._reader = reader
        self._publisher = publisher
        self._clock = clock
        self._failpoints = failpoints
        self._holds: dict[Position, Hold] = {}

    async def run(self) -> None:
        """Forward for ever."""
        while True:
            self._release_due()
            await self._forward(await self._reader.read(self._poll_s(), MAX_RECORDS))

    def _poll_s(self) -> float:
        """Until the next head is due, at most the poll interval."""
        waits = [hold.until - self._clock() for hold in self._holds.values()]
        return max(0.01, min([FORWARDER_POLL_S, *waits]))

    def _release_due(self) -> None:
        for position, hold in list(self._holds.items()):
            if hold.generation != self._reader.generation or hold.until <= self._clock():
                del self._holds[position]
                self._reader.release(position)

    async def _forward(self, records: list[ConsumedRecord]) -> None:
        done: dict[Position, int] = {}
        for record in records:
            position = (record.topic, record.partition)
            if position in self._holds:
                continue
            wait_s = self._wait_s(record)
            if wait_s > 0:
                self._hold(position, record.offset, wait_s)
                continue
            await self._publish(record)
            done[position] = record.offset + 1
        if done:
            self._failpoints.reach(Point.FORWARDED)
            await self._reader.commit(done)
            self._failpoints.reach(Point.FORWARD_COMMITTED)

    def _hold(self, position: Position, offset: int, wait_s: float) -> None:
        self._reader.hold(position, offset)
        self._holds[position] = Hold(self._clock() + wait_s, self._reader.generation)

    def _wait_s(self, record: ConsumedRecord) -> float:
        delay_s = self._delays[record.topic]
        return due_in_s(record.timestamp_ms, delay_s, self._publisher.broker_now_ms())

    async def _publish(self, record: ConsumedRecord) -> None:
        """Give the record back, for as long as it takes; its bytes and headers stay.

        Nothing of it is read: another release may have written what this one does not know.
        """
        headers = list(record.headers)
        while True:
            try:
                await self._publisher.publish(
                    self._requests, record.key or b"", record.value, headers
                )
            except PublishFailedError as error:
                metric.PUBLISH_FAILURES.labels(self._stage.value).inc()
                log.warning("publish_failed", topic=self._requests, error=str(error))
                await asyncio.sleep(PUBLISH_RETRY_S)  # noqa: TID251 - the broker's time to recover
            else:
                metric.STAGE_FORWARDED.labels(self._stage.value).inc()
                return


def name_member(worker: str, topics: Iterable[str]) -> str:
    """The forwarder's stable name in its group: another one with other topics.

    A static member that comes back gets its old partitions without a rebalance, and aiokafka fails
    over those of a topic that it has not subscribed to.
    """
    digest = hashlib.sha256(" ".join(sorted(topics)).encode()).hexdigest()
    return f"{worker}-forwarder-{digest[:8]}"


@asynccontextmanager
async def open_forwarder(
    stage: StageName,
    kafka: KafkaSettings,
    worker: str,
    failpoints: Failpoints,
    publisher: Publisher,
    landmarks: Landmarks,
) -> AsyncIterator[None]:
    """Run the forwarder of a stage beside it. Its failure ends the process.

    It forwards what waits in a tier that is no longer set, too: nobody else would.

    Args:
        landmarks: Tell when one of the tiers was made again.
    """
    topics = kafka.topics
    async with open_admin(kafka) as admin:
        tiers = topics.find_retries(stage, await admin.list_topics())
    delays = {topic: tier.delay_s for topic, tier in tiers.items()}
    if retired := sorted(delays.keys() - set(topics.retries(stage))):
        log.info("retired_tiers_forwarded", stage=stage.value, topics=retired)
    group, member = topics.forwarder_group(stage), name_member(worker, delays)
    find = partial(find_place, kafka, topics.suggestions(stage))
    async with open_group_reader(kafka, sorted(delays), group, member, find, landmarks) as reader:
        forwarder = RetryForwarder(
            stage, topics.requests(stage), delays, reader, publisher, failpoints=failpoints
        )
        forwarding = asyncio.create_task(forwarder.run())
        forwarding.add_done_callback(end_on_failure)
        try:
            yield
        finally:
            forwarding.cancel()
