"""A reader of a log comes to its end, whatever becomes of the log meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from services.kafka.log_reader import STANDING_S, LogReader
from services.kafka.value import LogStandsError

TP = TopicPartition("log", 0)
AT = (TP.topic, TP.partition)


@dataclass
class FakeConsumer:
    """A log of `offsets` between begin and end, of which some have no record."""

    offsets: list[int]
    end: int
    begin: int = 0
    place: int = 0
    on_read: Callable[["FakeConsumer"], None] = lambda log: None
    _fetcher: Any = field(default_factory=SimpleNamespace)

    async def getmany(self, *held: Any, timeout_ms: int, max_records: int) -> dict[Any, Any]:
        self.on_read(self)
        if not self.begin <= self.place <= self.end:
            raise OffsetOutOfRangeError({TP: self.place})
        found = [n for n in self.offsets if self.place <= n < self.end][:max_records]
        if self.offsets:
            self.place = found[-1] + 1 if len(found) == max_records else self.end
        return {TP: [make_record(n) for n in found]} if found else {}

    async def beginning_offsets(self, partitions: Any) -> dict[Any, int]:
        return {TP: self.begin}

    async def end_offsets(self, partitions: Any) -> dict[Any, int]:
        return {TP: self.end}

    async def position(self, partition: Any) -> int:
        return self.place

    def pause(self, *partitions: Any) -> None:
        """Nothing is fetched ahead anyway."""

    def resume(self, *partitions: Any) -> None:
        """Nothing is fetched ahead anyway."""

    def seek(self, partition: Any, offset: int) -> None:
        self.place = offset


def make_record(offset: int) -> Any:
    return ConsumerRecord(TP.topic, TP.partition, offset, 0, 1, b"k", b"v", None, 1, 1, ())


async def read_all(log: FakeConsumer, clock: Callable[[], float] = lambda: 0.0) -> list[int]:
    reader = LogReader(log, [AT], clock)
    ends = await reader.end_offsets()
    return [r.offset async for records in reader.read_to(ends, 2) for r in records]


async def test_offsets_without_a_record_do_not_matter() -> None:
    assert await read_all(FakeConsumer([0, 1, 4], end=7)) == [0, 1, 4]


async def test_an_empty_log_is_not_waited_for() -> None:
    assert await read_all(FakeConsumer([], end=5, place=5)) == []


async def test_what_retention_takes_meanwhile_is_not_waited_for() -> None:
    def trim(log: FakeConsumer) -> None:
        log.begin = 3

    assert await read_all(FakeConsumer([0, 1, 3, 4], end=5, on_read=trim)) == [3, 4]


async def test_what_is_cut_off_meanwhile_is_not_waited_for() -> None:
    def cut(log: FakeConsumer) -> None:
        log.end, log.offsets = 2, [0, 1]

    assert await read_all(FakeConsumer([0, 1, 2, 3], end=4, on_read=cut)) == [0, 1]


async def test_a_topic_that_is_made_again_meanwhile_is_read_from_its_beginning() -> None:
    def make_again(log: FakeConsumer) -> None:
        log.offsets, log.end = [0, 1], 2

    assert await read_all(FakeConsumer([5], end=6, place=5, on_read=make_again)) == [0, 1]


async def test_a_log_that_stands_still_is_named_and_not_waited_for_for_ever() -> None:
    seconds = iter(range(0, 10_000, 5))
    with pytest.raises(
        LogStandsError, match=rf"log \[0\] gives nothing at offset 0 for {STANDING_S:g} s"
    ):
        await read_all(FakeConsumer([], end=4), lambda: float(next(seconds)))
