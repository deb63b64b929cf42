"""A replay starts nothing while a record waits for a stage for longer than it may."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from schemas.stage import StageName
from services.kafka import ConsumedRecord, Position
from services.replay.live_work import COUNT_S, LOOK_S, LiveWork
from services.replay.run import Runner, RunProgress
from tests.factory import NOW, consumed
from tests.unit.replay.past import NAMES
from tests.unit.replay.test_manifest import make_manifest
from tests.unit.replay.test_run import Broker, make_past

COLUMN, ROW = StageName.COLUMN, StageName.ROW
REQUESTS = (NAMES.requests(COLUMN), 0)
NOW_MS = int(NOW.timestamp() * 1000)
Place = tuple[int, int]
"""Offset and append time, in Unix milliseconds."""


@dataclass
class Log:
    """Partitions of which a group has ended a part.

    Attributes:
        ages_s: How old the first record is that was not ended, by partition.
        begins: Where logs begin that have lost their beginning.
    """

    ages_s: dict[Position, float]
    committed_at: dict[Position, int] = field(default_factory=lambda: {REQUESTS: 5})
    begins: dict[Position, int] = field(default_factory=dict)
    asked: int = 0

    async def committed(self, group: str) -> dict[Position, int]:
        self.asked += 1
        return self.committed_at

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        ends = dict.fromkeys({*self.committed_at, *self.ages_s}, 5)
        return dict.fromkeys(ends, 0) | self.begins, ends | dict.fromkeys(self.ages_s, 9)

    async def first_since(self, times_ms: Mapping[Position, int]) -> dict[Position, Place]:
        ages_ms = {at: NOW_MS - int(self.ages_s[at] * 1000) for at in times_ms}
        return {at: (0, at_ms) for at, at_ms in ages_ms.items() if at_ms >= times_ms[at]}

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        at_ms = NOW_MS - int(self.ages_s[position] * 1000)
        return consumed(b"", topic=position[0], offset=offset, timestamp_ms=at_ms)


def make(log: Log, most_s: float = 10.0) -> LiveWork:
    async def pause(seconds: float) -> None:
        for position in log.ages_s:
            log.ages_s[position] -= 5 * seconds

    clock = iter(range(0, 10_000, 10))
    told = (NAMES, (COLUMN, ROW), most_s, lambda: NOW, pause, lambda: float(next(clock)))
    return LiveWork(log, log, *told)


@pytest.mark.parametrize(
    ("ages_s", "committed", "oldest_s"),
    [
        ({}, {REQUESTS: 5}, 0.0),
        ({REQUESTS: 3.0}, {REQUESTS: 5}, 3.0),
        ({REQUESTS: 3.0, (NAMES.suggestions(COLUMN), 1): 8.0},
         {REQUESTS: 5, (NAMES.suggestions(COLUMN), 1): 5}, 8.0),
        ({(NAMES.requests(StageName.TABLE), 0): 60.0},
         {(NAMES.requests(StageName.TABLE), 0): 5}, 0.0),
        ({REQUESTS: 60.0}, {}, 60.0),
    ],
    ids=["nothing waits", "one waits", "the oldest counts", "of another stage", "none ever ended"],
)  # fmt: skip
async def test_what_waits(
    ages_s: dict[Position, float], committed: dict[Position, int], oldest_s: float
) -> None:
    assert not await make(Log(ages_s, committed), oldest_s + 0.1).is_late()
    assert await make(Log(ages_s, committed), oldest_s - 0.1).is_late() == (oldest_s > 0)


class Marker(Log):
    """A log that ends in the marker of a transaction, which no reader is given."""

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        return None


async def test_what_is_no_record_does_not_wait() -> None:
    assert not await make(Marker({REQUESTS: 60.0})).is_late()


async def test_it_waits_until_the_oldest_is_young_enough_and_says_for_how_long() -> None:
    log = Log({REQUESTS: 22.0})
    live = make(log)
    await live.let_pass()
    assert log.ages_s[REQUESTS] <= 10
    assert live.waited_s == 3 * LOOK_S


async def test_it_looks_once_a_second_at_most() -> None:
    log = Log({})
    live = LiveWork(log, log, NAMES, (COLUMN,), 10.0, lambda: NOW, clock=lambda: 1.0)
    for _ in range(20):
        await live.let_pass()
    assert log.asked == 1


async def test_a_look_that_is_due_soon_is_taken_before_a_turn_is_waited_for() -> None:
    """Twenty turns a second: what a look takes is in none of them."""
    log, at = Log({}), [0.0]
    live = LiveWork(log, log, NAMES, (COLUMN,), 10.0, lambda: NOW, clock=lambda: at[0])
    in_turns = 0
    for turn in range(100):
        await live.look_ahead()
        at[0], before = turn / 20, log.asked
        await live.let_pass()
        in_turns += log.asked - before
    assert (in_turns, log.asked) == (0, 7)


async def test_a_log_that_lost_its_beginning_counts_from_where_it_begins() -> None:
    log = Log({REQUESTS: 4.0}, {REQUESTS: 2}, {REQUESTS: 6})
    assert [await make(log, most_s).is_late() for most_s in (3.9, 4.1)] == [True, False]


@dataclass
class Hour:
    """A clock that goes on while somebody waits, and a live record that waits for a stage.

    Attributes:
        comes_s, ends_s: When it arrives, and when the stage has ended it, in seconds from NOW.
    """

    comes_s: float
    ends_s: float
    now_s: float = 0.0

    async def pause(self, seconds: float) -> None:
        self.now_s += seconds

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.now_s)

    async def committed(self, group: str) -> dict[Position, int]:
        return {REQUESTS: int(self.now_s >= self.ends_s)}

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        return {REQUESTS: 0}, {REQUESTS: int(self.now_s >= self.comes_s)}

    async def first_since(self, times_ms: Mapping[Position, int]) -> dict[Position, Place]:
        at_ms = NOW_MS + int(self.comes_s * 1000)
        return {at: (0, at_ms) for at, since_ms in times_ms.items() if at_ms >= since_ms}

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        at_ms = NOW_MS + int(self.comes_s * 1000)
        return consumed(b"", topic=position[0], offset=offset, timestamp_ms=at_ms)


async def test_a_run_starts_nothing_from_when_live_work_has_waited_until_it_is_ended() -> None:
    past, hour = make_past(), Hour(comes_s=3, ends_s=40)
    manifest, broker = make_manifest(past), Broker(past.records)
    live = LiveWork(
        hour, hour, NAMES, (COLUMN, ROW), 10.0, hour.now, hour.pause, lambda: hour.now_s
    )
    started_s = list[float]()

    async def pace() -> None:
        await hour.pause(4)
        await live.let_pass()
        started_s.append(hour.now_s)

    progress = RunProgress(len(manifest.jobs))
    await Runner(manifest, NAMES, broker, broker, pace, hour.now).run(set(), progress)
    assert started_s == [4, 8, 12, 40, 44]
    assert (progress.started, live.waited_s) == (5, 24)


@dataclass
class Stages:
    """Stages that end so many of their open records while somebody waits."""

    per_pause: int
    open: int = 0
    counted: list[int] = field(default_factory=list)

    async def pause(self, _seconds: float) -> None:
        self.open = max(0, self.open - self.per_pause)

    async def committed(self, group: str) -> dict[Position, int]:
        return {}

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        self.counted.append(self.open)
        return {REQUESTS: 0}, {REQUESTS: self.open}

    async def first_since(self, times_ms: Mapping[Position, int]) -> dict[Position, Place]:
        raise AssertionError("nothing asks for how long they wait")

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord | None:
        raise AssertionError("nothing asks for how long they wait")


@pytest.mark.parametrize(("most", "per_pause"), [(1, 1), (8, 3), (8, 100)])
async def test_no_more_are_started_than_may_be_open_however_fast_it_may_be(
    most: int, per_pause: int
) -> None:
    stages = Stages(per_pause)
    told = (NAMES, (COLUMN,), 0.0, lambda: NOW, stages.pause, lambda: 1.0)
    live = LiveWork(stages, stages, *told, most_open=most)
    for _ in range(50):
        await live.let_pass()
        stages.open += 1
        assert stages.open <= most
    assert live.waited_s > 0
    assert len(stages.counted) < 2 * 50 / min(most, per_pause) + 2


async def test_what_is_live_leaves_a_replay_less_room() -> None:
    stages = Stages(per_pause=0, open=5)
    told = (NAMES, (COLUMN,), 0.0, lambda: NOW, stages.pause, lambda: 1.0)
    live = LiveWork(stages, stages, *told, most_open=7)
    for _ in range(2):
        await live.let_pass()
        stages.open += 1
    stages.per_pause = 1
    await live.let_pass()
    assert live.waited_s == COUNT_S
