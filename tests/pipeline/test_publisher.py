"""A record that the broker refuses, or a batch that is lost, costs no other record."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from schemas.kafka.topics import TopicSpec
from services.kafka import (
    KafkaSettings,
    Publisher,
    PublishFailedError,
    open_admin,
    open_log_reader,
    open_publisher,
)
from services.kafka import (
    publisher as kafka_publisher,
)
from tests.stack import RunningStack

LIMIT_BYTES = 2_000
KEY = b"job"


class NarrowSpec(TopicSpec):
    """A topic whose limit is below what we publish, as an operator may set it."""

    @property
    def config(self) -> dict[str, str]:
        return super().config | {"max.message.bytes": str(LIMIT_BYTES)}


@pytest.fixture
def settings(stack: RunningStack) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers=stack.brokers, partitions=1)


@pytest.fixture
async def topic(settings: KafkaSettings) -> str:
    name = f"narrow.{uuid4().hex}"
    async with open_admin(settings) as admin:
        await admin.create([NarrowSpec(name, retention_ms=3_600_000)], 1)
    return name


@pytest.fixture
async def publisher(settings: KafkaSettings) -> AsyncIterator[Publisher]:
    async with open_publisher(settings) as opened:
        yield opened


async def read_values(settings: KafkaSettings, topic: str) -> list[bytes | None]:
    async with open_log_reader(settings, [topic]) as reader:
        batches = reader.read_to(await reader.end_offsets(), 100)
        return [record.value async for batch in batches for record in batch]


async def test_a_connection_that_was_closed_unseen_costs_no_record(
    settings: KafkaSettings, topic: str, publisher: Publisher
) -> None:
    """uvloop says so in its own way, which ended the producer's task for metadata."""
    await publisher.publish(topic, KEY, b"before", [])
    client = publisher._producer.client
    for connection in client._conns.values():
        connection._writer.transport.abort()
    client.force_metadata_update()
    await publisher.publish(topic, KEY, b"after", [], 10.0)
    assert not client._sync_task.done()
    assert await read_values(settings, topic) == [b"before", b"after"]


async def test_a_producer_that_delivers_nothing_more_is_replaced_and_its_records_told(
    settings: KafkaSettings, topic: str, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is that ails it: here, it believes for ever that its node is busy."""
    monkeypatch.setattr(kafka_publisher, "STUCK_S", 0.5)
    monkeypatch.setattr(kafka_publisher, "CLOSE_S", 0.5)
    await publisher.publish(topic, KEY, b"before", [])
    stuck = publisher._producer
    stuck._sender._in_flight |= {broker.nodeId for broker in stuck.client.cluster.brokers()}
    posts = [publisher.publish(topic, KEY, b"%d" % n, []) for n in range(3)]
    async with asyncio.timeout(20):
        told = await asyncio.gather(*posts, return_exceptions=True)
    assert [type(outcome) for outcome in told] == [PublishFailedError] * 3
    await publisher.publish(topic, KEY, b"after", [], 10.0)
    assert await read_values(settings, topic) == [b"before", b"after"]


async def test_after_a_refused_record_the_partition_takes_the_next_one(
    settings: KafkaSettings, topic: str, publisher: Publisher
) -> None:
    await publisher.publish(topic, KEY, b"before", [])
    with pytest.raises(PublishFailedError, match="refused"):
        await publisher.publish(topic, KEY, b"x" * 2 * LIMIT_BYTES, [])
    for number in range(3):
        await publisher.publish(topic, KEY, b"after %d" % number, [], 10.0)
    assert await read_values(settings, topic) == [b"before", b"after 0", b"after 1", b"after 2"]


async def test_what_shares_a_batch_with_a_refused_record_can_be_published_again(
    settings: KafkaSettings, topic: str, publisher: Publisher
) -> None:
    values = [b"small", b"x" * 2 * LIMIT_BYTES, b"also small"]
    posts = (publisher.publish(topic, KEY, value, [], 10.0) for value in values)
    outcomes = await asyncio.gather(*posts, return_exceptions=True)
    failed = [value for value, outcome in zip(values, outcomes, strict=True) if outcome is not None]
    assert values[1] in failed
    for value in failed:
        if len(value) < LIMIT_BYTES:
            await publisher.publish(topic, KEY, value, [], 10.0)
    assert set(await read_values(settings, topic)) == {b"small", b"also small"}
