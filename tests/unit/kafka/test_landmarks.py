"""A log is known again by the last record that was seen of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from services.kafka import BrokerUnavailableError, ConsumedRecord, Landmarks, Position
from services.kafka.lost_place import LOOK_S

AT = ("table.requests", 1)


def record(offset: int, at_ms: int) -> ConsumedRecord:
    return ConsumedRecord(*AT, offset, at_ms, b"key", b"value", ())


@dataclass
class Log:
    """A partition, as a witness finds it: append times by offset."""

    times: dict[int, int]
    is_away: bool = False
    reads: list[int] = field(default_factory=list)

    async def first_since(
        self, times_ms: Mapping[Position, int]
    ) -> dict[Position, tuple[int, int]]:
        if self.is_away:
            raise BrokerUnavailableError("away")
        late = {at: [n for n in self.times.items() if n[1] >= ms] for at, ms in times_ms.items()}
        return {at: found[0] for at, found in late.items() if found}

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        self.reads.append(offset)
        return record(offset, self.times[offset]) if offset in self.times else None


@dataclass
class Watch:
    """Landmarks of a log, and their clock."""

    log: Log
    nexts: dict[Position, int] = field(default_factory=dict)
    now_s: float = 0.0

    def __post_init__(self) -> None:
        self.marks = Landmarks(self.log, lambda: self.now_s)

    async def look(self) -> dict[Position, int]:
        self.now_s += LOOK_S
        return await self.marks.find_other(self.find_next)

    async def find_next(self) -> dict[Position, int]:
        return self.nexts


SAME = {0: 100, 1: 200, 2: 300}
"""Of which the last one was seen."""

OTHER = {0: 900, 1: 910, 2: 920, 3: 930}


@pytest.mark.parametrize(
    ("times", "is_other"),
    [
        pytest.param(SAME, False, id="the same"),
        pytest.param(SAME | {3: 400, 4: 500}, False, id="it has grown"),
        pytest.param({0: 100, 1: 300, 2: 300}, False, id="one before has the same time"),
        pytest.param(OTHER, True, id="made again, and grown past"),
        pytest.param({0: 100, 1: 900, 2: 910, 3: 920}, True, id="cut off, and grown past"),
        pytest.param({0: 900}, False, id="made again, and shorter: the next read tells"),
        pytest.param({}, False, id="made again, and empty: the next read tells"),
        pytest.param({0: 100, 1: 200}, False, id="what was seen is cut off: the next read tells"),
        pytest.param({7: 700, 8: 800}, False, id="retention has taken the record that was seen"),
        pytest.param({0: 100, 1: 350, 2: 300}, False, id="a broker's clock was set back"),
    ],
)
async def test_only_a_log_that_holds_another_record_there_is_another(
    times: dict[int, int], is_other: bool
) -> None:
    watch = Watch(Log(times))
    watch.marks.note(AT, 2, 300)
    assert await watch.look() == ({AT: 3} if is_other else {})


async def test_where_nothing_was_seen_yet_the_record_before_the_next_is_looked_up_once() -> None:
    watch = Watch(Log(SAME), {AT: 2})
    assert [await watch.look(), await watch.look()] == [{}, {}]
    assert watch.log.reads == [1]
    watch.log.times = OTHER
    assert await watch.look() == {AT: 2}


async def test_a_log_of_which_nothing_was_read_is_not_looked_up() -> None:
    watch = Watch(Log(SAME), {AT: 0})
    assert await watch.look() == {}
    assert watch.log.reads == []


async def test_between_two_looks_nothing_is_asked() -> None:
    watch = Watch(Log(OTHER))
    watch.marks.note(AT, 2, 300)
    assert await watch.marks.find_other(watch.find_next) == {}
    assert await watch.look() == {AT: 3}
    assert await watch.marks.find_other(watch.find_next) == {}


async def test_a_broker_that_is_away_tells_nothing_and_is_asked_again() -> None:
    watch = Watch(Log(OTHER, is_away=True))
    watch.marks.note(AT, 2, 300)
    assert await watch.look() == {}
    watch.log.is_away = False
    assert await watch.look() == {AT: 3}


async def test_what_is_read_from_another_place_is_forgotten() -> None:
    watch = Watch(Log(OTHER))
    watch.marks.note_all([record(1, 200), record(2, 300)])
    watch.marks.forget([AT])
    assert await watch.look() == {}
