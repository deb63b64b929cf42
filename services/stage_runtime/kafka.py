"""Plain Kafka clients: publish and wait for the ack, read logs without a group, look at topics.

The one importer of aiokafka. What committed and acked mean here: a publish returns after the
broker's ack, and a reader has no group, so it commits nothing and keeps its own offsets.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from schemas.headers import KafkaHeaders
from schemas.topics import MAX_RECORD_BYTES, TopicSpec
from services.stage_runtime.kafka_settings import KafkaSettings
from services.stage_runtime.kafka_value import (
    BrokerUnavailableError,
    ConsumedRecord,
    Position,
    PublishFailedError,
    TopicState,
)

__all__ = [
    "BrokerUnavailableError",
    "ConsumedRecord",
    "KafkaSettings",
    "LogReader",
    "Position",
    "PublishFailedError",
    "Publisher",
    "TopicAdmin",
    "TopicState",
]

MAX_POLL_INTERVAL_MS = 1_000_000_000
IDLE_FETCH_WAIT_MS = 2_000
# A partition that was just used up is not in the fetch under way, so its next record waits for
# that fetch: a short one while records come, a long one when it is quiet and a fetch only costs.
BUSY_FETCH_WAIT_MS = 100
FETCH_MAX_BYTES = 8 * 1024 * 1024
REQUEST_OVERHEAD_BYTES = 64 * 1024


class Publisher:
    """Publishes and waits for the ack of every in-sync replica."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def publish(
        self,
        topic: str,
        key: bytes,
        value: bytes | None,
        headers: KafkaHeaders,
        timeout_s: float = 10.0,
    ) -> None:
        """Publish one record.

        Raises:
            PublishFailedError: No ack within `timeout_s`; the record may still arrive later.
        """
        try:
            async with asyncio.timeout(timeout_s):
                sent = await self._producer.send(topic, value, key, headers=headers)
                # A cancelled delivery future would break its whole batch.
                await asyncio.shield(sent)
        except TimeoutError as error:
            raise PublishFailedError(f"no ack for {topic} within {timeout_s:g} s") from error
        except KafkaError as error:
            raise PublishFailedError(f"{topic} refused the record: {error!r}") from error


@asynccontextmanager
async def open_publisher(settings: KafkaSettings) -> AsyncIterator[Publisher]:
    """Connect a producer; on exit what is under way is flushed.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        linger_ms=settings.linger_ms,
        max_request_size=MAX_RECORD_BYTES + REQUEST_OVERHEAD_BYTES,
        request_timeout_ms=30_000,
    )
    await _start(producer, settings)
    try:
        yield Publisher(producer)
    finally:
        await producer.stop()


class LogReader:
    """Reads whole partitions without a group. Offsets are the caller's to keep."""

    def __init__(self, consumer: AIOKafkaConsumer, partitions: Sequence[Position]) -> None:
        self._consumer = consumer
        self._partitions = [TopicPartition(*partition) for partition in partitions]

    @property
    def partitions(self) -> list[Position]:
        """What is read, as (topic, partition)."""
        return [(tp.topic, tp.partition) for tp in self._partitions]

    async def seek(self, positions: Mapping[Position, int]) -> None:
        """Go on from the given next offsets; partitions that are not named stay where they are."""
        for (topic, partition), offset in positions.items():
            self._consumer.seek(TopicPartition(topic, partition), offset)

    async def begin_offsets(self) -> dict[Position, int]:
        """The first offset that each partition still holds."""
        offsets = await self._consumer.beginning_offsets(self._partitions)
        return {(tp.topic, tp.partition): offset for tp, offset in offsets.items()}

    async def end_offsets(self) -> dict[Position, int]:
        """The offset that the next record of each partition will get."""
        offsets = await self._consumer.end_offsets(self._partitions)
        return {(tp.topic, tp.partition): offset for tp, offset in offsets.items()}

    async def offsets_at(self, times_ms: Mapping[Position, int]) -> dict[Position, int]:
        """The first offsets appended at or after the given Unix milliseconds, if any."""
        wanted = {TopicPartition(*position): time for position, time in times_ms.items()}
        found = await self._consumer.offsets_for_times(wanted)
        return {(tp.topic, tp.partition): at.offset for tp, at in found.items() if at is not None}

    async def read(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        """Take what has arrived, waiting at most `timeout_s` for the first; [] when nothing has."""
        batches = await self._consumer.getmany(
            timeout_ms=int(timeout_s * 1000), max_records=max_records
        )
        wait_for_fetch(self._consumer, is_busy=bool(batches))
        return [_consumed(record) for batch in batches.values() for record in batch]


def wait_for_fetch(consumer: AIOKafkaConsumer, *, is_busy: bool) -> None:
    """Say how long the broker may hold the next fetch. aiokafka itself fixes that for good."""
    consumer._fetcher._fetch_max_wait_ms = BUSY_FETCH_WAIT_MS if is_busy else IDLE_FETCH_WAIT_MS


@asynccontextmanager
async def open_log_reader(
    settings: KafkaSettings, topics: Sequence[str], partitions: Collection[int] | None = None
) -> AsyncIterator[LogReader]:
    """Read topics from their beginning, all partitions or the given ones.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers,
        group_id=None,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_uncommitted",
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        max_partition_fetch_bytes=MAX_RECORD_BYTES + REQUEST_OVERHEAD_BYTES,
        fetch_max_wait_ms=BUSY_FETCH_WAIT_MS,
        fetch_max_bytes=FETCH_MAX_BYTES,
    )
    await _start(consumer, settings)
    try:
        wanted = range(settings.partitions) if partitions is None else sorted(partitions)
        positions = [(topic, partition) for topic in topics for partition in wanted]
        consumer.assign([TopicPartition(*position) for position in positions])
        yield LogReader(consumer, positions)
    finally:
        await consumer.stop()


@asynccontextmanager
async def open_admin(settings: KafkaSettings) -> AsyncIterator["TopicAdmin"]:
    """Connect to look at topics and groups, and to change topics.

    Raises:
        BrokerUnavailableError: No broker answers.
    """
    client = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await _start(client, settings)
    try:
        yield TopicAdmin(client, settings.replication_factor)
    finally:
        await client.close()


class TopicAdmin:
    """Looks at topics and groups, and changes topics."""

    def __init__(self, client: AIOKafkaAdminClient, replication_factor: int) -> None:
        self._client = client
        self._replication_factor = replication_factor

    async def cluster_id(self) -> str:
        """The id that the cluster was formatted with: another one means another history."""
        cluster = await self._client.describe_cluster()
        return str(cluster["cluster_id"])

    async def describe(self, names: Collection[str]) -> dict[str, TopicState]:
        """The topics of these names that exist."""
        found = [t for t in await self._client.describe_topics() if t["topic"] in set(names)]
        configs = await self._configs([topic["topic"] for topic in found])
        return {
            topic["topic"]: TopicState(len(topic["partitions"]), configs[topic["topic"]])
            for topic in found
        }

    async def create(self, specs: Sequence[TopicSpec], partitions: int) -> None:
        """Create topics that do not exist."""
        await self._client.create_topics(
            [
                NewTopic(spec.name, partitions, self._replication_factor, topic_configs=spec.config)
                for spec in specs
            ]
        )

    async def configure(self, spec: TopicSpec) -> None:
        """Set a topic's configuration."""
        resource = ConfigResource(ConfigResourceType.TOPIC, spec.name, configs=spec.config)
        await self._client.alter_configs([resource])

    async def committed(self, group: str) -> dict[Position, int]:
        """The next offsets that a consumer group has committed."""
        offsets = await self._client.list_consumer_group_offsets(group)
        return {(tp.topic, tp.partition): at.offset for tp, at in offsets.items() if at.offset >= 0}

    async def _configs(self, names: Sequence[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        responses = await self._client.describe_configs(resources)
        return {
            resource[3]: {entry[0]: str(entry[1]) for entry in resource[4]}
            for response in responses
            for resource in response.resources
        }


def _consumed(record: object) -> ConsumedRecord:
    return ConsumedRecord(
        record.topic,  # type: ignore[attr-defined]
        record.partition,  # type: ignore[attr-defined]
        record.offset,  # type: ignore[attr-defined]
        record.timestamp,  # type: ignore[attr-defined]
        record.key,  # type: ignore[attr-defined]
        record.value,  # type: ignore[attr-defined]
        record.headers,  # type: ignore[attr-defined]
    )


async def _start(client: AIOKafkaProducer | AIOKafkaConsumer, settings: KafkaSettings) -> None:
    try:
        await client.start()
    except KafkaError as error:
        await (client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop())
        raise BrokerUnavailableError(
            f"no Kafka broker answers at {settings.bootstrap_servers}: start one with"
            " `brainshare up`, or name another in KAFKA_BOOTSTRAP_SERVERS"
        ) from error
