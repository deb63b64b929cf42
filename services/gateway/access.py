"""What those share who write records for a request: tables, topics, the broker, the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schemas.headers import KafkaHeaders
from schemas.topics import TopicNames
from services.gateway.store.database import Database
from services.stage_runtime.failpoint import NO_FAILPOINTS, Failpoints


class Publisher(Protocol):
    """Publishes a record and waits for the ack."""

    async def publish(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders, timeout_s: float
    ) -> None:
        """Publish one record; raises PublishFailedError when the ack does not come in time."""


@dataclass(frozen=True)
class Access:
    """Access to tables and topics.

    Attributes:
        publish_timeout_s: How long an ack is waited for, in seconds.
        now: The wall clock, aware.
    """

    database: Database
    publisher: Publisher
    topics: TopicNames
    publish_timeout_s: float
    now: Callable[[], datetime]
    failpoints: Failpoints = NO_FAILPOINTS

    async def publish(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        """Publish one record and wait for its ack.

        Raises:
            PublishFailedError: It does not come in time.
        """
        await self.publisher.publish(topic, key, value, headers, self.publish_timeout_s)
