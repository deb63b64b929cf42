"""Where an input has lost records, no new one is dropped and no acked one is forgotten."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from services.kafka import BrokerUnavailableError, Loss, OffsetOutOfRangeError, Place, Position
from services.stage_runtime.transport.stage_transport import StageConsumer

INPUT = TP("table.requests", 1)
LOST_AT = 30


@dataclass
class Thread:
    """Stands for the thread in which aiokafka's consumer lives."""

    seeks: list[tuple[TP, int]] = field(default_factory=list)
    committed: dict[TP, int] = field(default_factory=dict)

    def _ensure_consumer(self) -> Any:
        return SimpleNamespace(seek=lambda tp, offset: self.seeks.append((tp, offset)))

    async def call_thread(self, call: Any, *args: Any) -> Any:
        return call(*args)

    async def getmany(self, *args: Any, **options: Any) -> Any:
        raise OffsetOutOfRangeError({INPUT: LOST_AT})

    def assignment(self) -> set[TP]:
        return {INPUT}

    async def commit(self, offsets: dict[TP, int]) -> bool:
        self.committed |= offsets
        return True


@dataclass
class Marks:
    """What is told of the inputs' logs."""

    others: dict[Position, int] = field(default_factory=dict)
    forgotten: list[Position] = field(default_factory=list)

    async def find_other(self, find_next: Any) -> dict[Position, int]:
        return self.others

    def forget(self, positions: Iterable[Position]) -> None:
        self.forgotten += positions


@dataclass(frozen=True)
class OpenRecord:
    """A record that was read."""

    tp: TP
    acked: bool


class StillConsumer(StageConsumer):
    """A consumer that was never started."""

    def __init__(self, place: Place | None, *open_records: Any) -> None:
        self._thread: Any = Thread()
        self._unacked_messages: Any = set(open_records)
        self._acked: Any = defaultdict(list, {INPUT: [27, 28]})
        self._acked_index: Any = defaultdict(set, {INPUT: {27, 28}})
        self._gap: Any = defaultdict(list)
        self._read_offset: Any = {INPUT: LOST_AT}
        self._committed_offset: Any = {INPUT: LOST_AT}
        self._commit_fut = None
        self._place = place
        self._lost = {}
        self.app = SimpleNamespace(find_place=self._find_place, landmarks=Marks())
        self.waits = 0

    async def _find_place(self, position: Position, offset: int) -> Place:
        assert (position, offset) == ((INPUT.topic, INPUT.partition), LOST_AT)
        if self._place is None:
            raise BrokerUnavailableError("away")
        return self._place

    async def sleep(self, n: Any, **options: Any) -> None:
        self.waits += 1


async def fetch(consumer: StillConsumer) -> StillConsumer:
    assert await consumer._getmany(None, timeout=1.0) == {}
    return consumer


async def test_behind_a_lost_end_reading_goes_back_and_nothing_below_is_dropped() -> None:
    consumer = await fetch(StillConsumer(Place(12, Loss.END)))
    assert consumer._thread.seeks == [(INPUT, 12)]
    # Faust drops what is below the one, and commits nothing below the other.
    assert (consumer._read_offset[INPUT], consumer._committed_offset[INPUT]) == (12, 12)
    assert INPUT not in consumer._acked
    assert consumer._thread.committed == {INPUT: 12}


async def test_behind_a_lost_beginning_what_was_acked_stays() -> None:
    consumer = await fetch(StillConsumer(Place(40, Loss.BEGINNING)))
    assert consumer._thread.seeks == [(INPUT, 40)]
    assert consumer._acked[INPUT] == [27, 28]
    assert consumer._thread.committed == {}


async def test_what_was_read_of_the_old_log_comes_to_its_end_first() -> None:
    consumer = await fetch(StillConsumer(Place(12, Loss.END), OpenRecord(tp=INPUT, acked=False)))
    assert (consumer._thread.seeks, consumer.waits) == ([], 1)


@pytest.mark.parametrize(
    ("tp", "acked"), [(INPUT, True), (TP("table.requests", 2), False)], ids=["done", "another"]
)
async def test_other_records_hold_nothing_up(tp: TP, acked: bool) -> None:
    opened = OpenRecord(tp=tp, acked=acked)
    consumer = await fetch(StillConsumer(Place(12, Loss.END), opened))
    assert consumer._thread.seeks == [(INPUT, 12)]


async def test_without_its_broker_it_is_asked_again() -> None:
    consumer = await fetch(StillConsumer(None))
    assert (consumer._thread.seeks, consumer.waits) == ([], 1)


async def test_in_a_topic_that_was_made_again_nothing_is_fetched_before_it_begins_again() -> None:
    consumer = StillConsumer(Place(0, Loss.END))
    consumer.app.landmarks.others = {(INPUT.topic, INPUT.partition): LOST_AT}
    await fetch(consumer)
    assert consumer._thread.seeks == [(INPUT, 0)]
    assert consumer._thread.committed == {INPUT: 0}
    assert consumer.app.landmarks.forgotten == [(INPUT.topic, INPUT.partition)]


async def test_a_partition_that_has_gone_to_another_worker_is_left_to_it() -> None:
    consumer = StillConsumer(Place(0, Loss.END))
    consumer._lost = {("table.requests", 2): 7}
    consumer.app.landmarks.others = {(INPUT.topic, INPUT.partition): LOST_AT}
    await fetch(consumer)
    assert (consumer._thread.seeks, consumer._lost) == ([(INPUT, 0)], {})
