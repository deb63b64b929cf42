"""Publishes records and waits for the broker's ack."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError
from aiokafka.partitioner import DefaultPartitioner

from schemas.kafka.control import placing_key
from schemas.kafka.headers import KafkaHeaders
from schemas.kafka.topics import MAX_RECORD_BYTES
from services.kafka.clock_skew import ClockSkew, prove_skew_s
from services.kafka.connection import REQUEST_OVERHEAD_BYTES, address, start_client
from services.kafka.settings import KafkaSettings
from services.kafka.value import BrokerUnavailableError, PublishFailedError
from services.telemetry.log import get_log
from services.telemetry.metric import PRODUCERS_REPLACED

SLOW_S = 10.0
STUCK_S = 60.0
"""An ack that takes longer is waited for with another producer, if a broker answers one."""

CLOSE_S = 30.0
"""What waits in a producer that was replaced has this long to arrive, in seconds."""

FLUSH_S = 2.0
"""At a stop it is this long: who waited for it has been handed over, and its record comes again."""

ABANDON_S = 1.0
"""A producer that is given up is asked as often as this to end, in seconds: one cancel may be
swallowed by the request that it waits for."""

log = get_log()

OpenProducer = Callable[[], Awaitable[AIOKafkaProducer]]


@dataclass(frozen=True)
class SetPartitioner:
    """Places a key among the partitions that are set, as Kafka's clients do.

    A topic that somebody has given more of them goes on as it was: a job's records stay in one
    partition of all topics, and in those that agents and gateway read.
    """

    partitions: int

    def __call__(self, key: bytes, existing: Sequence[int], available: Sequence[int]) -> int:
        """The partition of a key."""
        place: int = DefaultPartitioner()(placing_key(key), existing[: self.partitions], [])
        return place


class Publisher:
    """Publishes and waits for the ack of every in-sync replica.

    A batch that fails takes its sequence numbers with it, and aiokafka neither gives them back nor
    asks for new ones: from then on the broker refuses every record of that partition as out of
    order. So after any failed batch a new producer takes over, with numbers of its own.

    Nor does it notice when one of its own tasks has ended, and then waits for ever. So a new
    producer takes over, too, where an ack is long due although a broker answers; what the old one
    does not deliver in time is told to have failed, to be sent again.

    Args:
        open_producer: Connects one more.
    """

    def __init__(self, producer: AIOKafkaProducer, open_producer: OpenProducer) -> None:
        self._producer = producer
        self._open_producer = open_producer
        self._replacing = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()
        self._broker_ahead_ms: float | None = None
        self._clock_skew = ClockSkew()

    def broker_now_ms(self) -> float | None:
        """The broker's clock in Unix milliseconds, as its acks tell; None before the first one."""
        if self._broker_ahead_ms is None:
            return None
        return time.time() * 1000 + self._broker_ahead_ms

    async def publish(
        self,
        topic: str,
        key: bytes,
        value: bytes | None,
        headers: KafkaHeaders,
        timeout_s: float | None = None,
    ) -> None:
        """Publish one record.

        Without a limit this waits for as long as the broker is away: to send again what may only
        be late would double it.

        Raises:
            PublishFailedError: The broker refused it, or did not ack it within `timeout_s`; then
                it may still arrive.
        """
        try:
            async with asyncio.timeout(timeout_s):
                await self._publish(topic, key, value, headers)
        except TimeoutError as error:
            raise PublishFailedError(f"no ack for {topic} within {timeout_s:g} s") from error
        except KafkaError as error:
            raise PublishFailedError(f"{topic} refused the record: {error!r}") from error

    async def _publish(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        producer = self._producer
        sent_s = time.time()
        try:
            sent = await producer.send(topic, value, key, headers=headers)
            ack = await self._await_ack(producer, sent, topic)
        except KafkaError as error:
            await self._replace(producer, topic, error)
            raise
        # Topics take the broker's time, and the ack says it.
        acked_s = time.time()
        self._broker_ahead_ms = ack.timestamp - acked_s * 1000
        # The broker's time has whole milliseconds, cut off.
        self._clock_skew.observe(prove_skew_s(sent_s - 0.001, ack.timestamp / 1000, acked_s))

    async def _await_ack(
        self, producer: AIOKafkaProducer, sent: asyncio.Future[Any], topic: str
    ) -> Any:
        slow = asyncio.get_running_loop().call_later(
            SLOW_S, lambda: log.warning("publish_waits", topic=topic)
        )
        try:
            # Nothing here cancels the delivery: that would break its whole batch.
            while not (await asyncio.wait([sent], timeout=STUCK_S))[0]:
                await self._replace(producer, topic, KafkaTimeoutError(f"no ack in {STUCK_S:g} s"))
            return sent.result()
        finally:
            slow.cancel()
            sent.add_done_callback(_take_note)

    async def _replace(self, broken: AIOKafkaProducer, topic: str, error: KafkaError) -> None:
        """Let a new producer take over, once, however many records of a batch have failed."""
        async with self._replacing:
            if self._producer is not broken:
                return
            try:
                self._producer = await self._open_producer()
            except BrokerUnavailableError:
                return  # the next failure tries again
            PRODUCERS_REPLACED.inc()
            log.warning("producer_replaced", topic=topic, error=repr(error))
            closing = asyncio.create_task(_close(broken, CLOSE_S))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Flush what is under way, for as long as that may take at a stop, and disconnect."""
        closing = [asyncio.create_task(_close(self._producer, FLUSH_S)), *self._closing]
        _, late = await asyncio.wait(closing, timeout=FLUSH_S)
        for one in self._closing & late:
            one.cancel()
        await asyncio.wait(closing)


def _take_note(sent: asyncio.Future[Any]) -> None:
    """Nobody may wait for it any more: how it ended is no news then, and no line on stderr."""
    if not sent.cancelled():
        sent.exception()


async def _close(producer: AIOKafkaProducer, within_s: float) -> None:
    """Let what waits in a producer arrive, with a bound: its partition may have no leader."""
    try:
        async with asyncio.timeout(within_s):
            await producer.stop()
    except (TimeoutError, KafkaError) as error:
        log.warning("producer_not_flushed", error=repr(error))
        await _abandon(producer)
    except asyncio.CancelledError:
        await _abandon(producer)
        raise


async def _abandon(producer: AIOKafkaProducer) -> None:
    """Let go of a producer that does not deliver: who waits for it is told that it has failed."""
    sender = producer._sender.sender_task
    # The first time it waits for its requests, which is what does not end.
    while sender is not None and not sender.done():
        sender.cancel()
        await asyncio.wait([sender], timeout=ABANDON_S)
    producer._message_accumulator.fail_all(KafkaConnectionError("its producer was given up"))
    # What its own tasks have ended with is of no interest any more.
    with suppress(Exception):
        async with asyncio.timeout(ABANDON_S):
            await producer.client.close()


@asynccontextmanager
async def open_publisher(settings: KafkaSettings) -> AsyncIterator[Publisher]:
    """Connect a producer; on exit what is under way is flushed.

    Raises:
        BrokerUnavailableError: No broker answers.
    """

    async def open_producer() -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **address(settings),
            acks="all",
            enable_idempotence=True,
            partitioner=SetPartitioner(settings.partitions),
            linger_ms=settings.linger_ms,
            max_request_size=MAX_RECORD_BYTES + REQUEST_OVERHEAD_BYTES,
            request_timeout_ms=30_000,
        )
        await start_client(producer, settings)
        return producer

    publisher = Publisher(await open_producer(), open_producer)
    try:
        yield publisher
    finally:
        await publisher.close()
