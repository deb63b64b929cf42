"""Looks at the topics from outside, with a plain client."""

import asyncio
from collections.abc import Callable, Mapping

from schemas.kafka.headers import KafkaHeaders
from schemas.kafka.retry_tier import read_tiers
from schemas.kafka.topics import TopicNames
from schemas.stage import StageName
from services.kafka import (
    ConsumedRecord,
    KafkaSettings,
    open_admin,
    open_log_reader,
    open_publisher,
)
from tests.stack import TIERS, RunningStack

NAMES = TopicNames(tiers=read_tiers(TIERS))
EXPECT_S = 20.0
POLL_S = 0.1
AT_A_TIME = 500


class KafkaView:
    """Publishes to a stack's broker and reads from it."""

    def __init__(self, stack: RunningStack) -> None:
        self._settings = KafkaSettings(bootstrap_servers=stack.brokers, retry_tiers=TIERS)

    async def publish(
        self, topic: str, key: bytes, value: bytes | None, *headers: KafkaHeaders
    ) -> None:
        """Publish one record."""
        async with open_publisher(self._settings) as publisher:
            await publisher.publish(topic, key, value, headers[0] if headers else [])

    async def end(self) -> dict[tuple[str, int], int]:
        """The end offsets of every topic."""
        topics = [spec.name for spec in NAMES.all()]
        async with open_log_reader(self._settings, topics) as reader:
            return await reader.end_offsets()

    async def keys_since(self, places: Mapping[tuple[str, int], int]) -> set[str]:
        """The keys of all records from these offsets on."""
        topics, found = [spec.name for spec in NAMES.all()], set[str]()
        async with open_log_reader(self._settings, topics) as reader:
            await reader.seek(places)
            async for records in reader.read_to(await reader.end_offsets(), AT_A_TIME):
                found |= {record.shown_key for record in records}
        return found

    async def until_consumed(self, stage: StageName) -> None:
        """Wait until a stage has committed everything in its inputs."""
        group, inputs = NAMES.group(stage), NAMES.inputs(stage)
        async with (
            asyncio.timeout(EXPECT_S),
            open_admin(self._settings) as admin,
            open_log_reader(self._settings, inputs) as reader,
        ):
            ends = (await reader.end_offsets()).items()
            written = {(place, offset) for place, offset in ends if offset}
            while written - (await admin.committed(group)).items():
                await reader.read(POLL_S, 1)

    async def expect(
        self, topic: str, is_wanted: Callable[[ConsumedRecord], bool]
    ) -> ConsumedRecord:
        """The first record of a topic that is wanted, as soon as it is there."""
        async with asyncio.timeout(EXPECT_S), open_log_reader(self._settings, [topic]) as reader:
            while True:
                for record in await reader.read(1.0, 500):
                    if is_wanted(record):
                        return record
