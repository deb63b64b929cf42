"""How much a reader of whole topics has in memory."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from services.kafka.log_reader import LARGE_READ_BYTES, LogReader

PLACE = TopicPartition("t", 0)


class Consumer:
    """A consumer of aiokafka that gives one record at a read."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._fetcher = SimpleNamespace()
        self.is_fetching = False
        self.was_fetching = False

    async def getmany(self, *held: Any, timeout_ms: int, max_records: int) -> dict[Any, list[Any]]:
        self.was_fetching = self.is_fetching
        value = b"x" * self._size
        record = {"offset": 0, "timestamp": 1, "key": None, "value": value, "headers": ()}
        return {PLACE: [SimpleNamespace(topic="t", partition=0, **record)]}

    def pause(self, *partitions: TopicPartition) -> None:
        self.is_fetching = False

    def resume(self, *partitions: TopicPartition) -> None:
        self.is_fetching = True


@pytest.mark.parametrize(("size", "is_fetching"), [(10, True), (LARGE_READ_BYTES, False)])
async def test_nothing_is_fetched_ahead_of_what_takes_long_to_work_on(
    size: int, is_fetching: bool
) -> None:
    consumer = Consumer(size)
    reader = LogReader(consumer, [("t", 0)])
    await reader.read(1, 10)
    assert consumer.is_fetching is is_fetching
    await reader.read(1, 10)
    assert consumer.was_fetching
