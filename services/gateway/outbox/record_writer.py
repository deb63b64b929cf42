"""What those share who write records for a request: tables, topics, the broker, the clock."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from schemas.kafka.headers import KafkaHeaders
from schemas.kafka.topics import TopicNames
from services.gateway.database.database import Database
from services.gateway.lease.lock import LocalLocks, Locks
from services.kafka import PublishFailedError
from services.lifecycle.failpoint import NO_FAILPOINTS, Failpoints
from services.telemetry.log import get_log
from services.telemetry.trace.send_span import open_send_span
from services.telemetry.trace.span import NO_SPAN, carry
from services.telemetry.trace.traceparent import find_context

log = get_log()


class Publisher(Protocol):
    """Publishes a record and waits for the ack."""

    async def publish(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        """Publish one record; raises PublishFailedError when the broker refuses it."""


@dataclass(frozen=True)
class RecordWriter:
    """Writes records that a request causes, beside the tables that remember them.

    Attributes:
        publish_timeout_s: How long an ack is waited for, in seconds.
        now: The wall clock, aware.
        locks: Keep others, here and in other gateways, from doing the same at the same time.
    """

    database: Database
    publisher: Publisher
    topics: TopicNames
    publish_timeout_s: float
    now: Callable[[], datetime]
    failpoints: Failpoints = NO_FAILPOINTS
    locks: Locks = field(default_factory=LocalLocks)
    _under_way: dict[tuple[str, bytes], asyncio.Task[None]] = field(default_factory=dict)

    async def publish(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        """Publish one record and wait for its ack.

        While an earlier one of the same topic and key has no answer, that one is waited for: to
        send again what is only late would double it.

        Raises:
            PublishFailedError: The ack does not come in time; the record may still arrive.
        """
        context = find_context(headers)
        with open_send_span(topic, key, context) if context else NO_SPAN:
            publishing = self._begin(topic, key, value, carry(headers) if context else headers)
            try:
                async with asyncio.timeout(self.publish_timeout_s):
                    await asyncio.shield(publishing)
            except TimeoutError as error:
                late = f"no ack for {topic} within {self.publish_timeout_s:g} s"
                raise PublishFailedError(late) from error

    def _begin(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> asyncio.Task[None]:
        publishing = self._under_way.get((topic, key))
        if publishing is None:
            publishing = asyncio.create_task(self.publisher.publish(topic, key, value, headers))
            self._under_way[topic, key] = publishing
            publishing.add_done_callback(lambda done: self._forget(topic, key, done))
        return publishing

    def _forget(self, topic: str, key: bytes, done: asyncio.Task[None]) -> None:
        del self._under_way[topic, key]
        error = None if done.cancelled() else done.exception()
        if error is not None:
            # Who has waited for it may have been told long ago that it is late.
            log.warning("publish_failed", topic=topic, error=str(error))
