"""What waits is told in records and since when; a planned wait is no lag."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from prometheus_client import REGISTRY

from schemas.kafka.headers import Headers, encode_headers
from schemas.stage import StageName
from services.gateway.probe.lag import LagProbe
from services.kafka import BrokerUnavailableError, ConsumedRecord, Position
from tests.unit.gateway.example import NOW, TOPICS

TABLE = StageName.TABLE
REQUESTS = TOPICS.requests(TABLE)
RETRY = TOPICS.retries(TABLE)[0]
NOW_MS = int(NOW.timestamp() * 1000)
PERIOD_S = 15.0
ALL = {(topic, number): 0 for topic in TOPICS.roles for number in range(2)}


@dataclass
class FakeKafka:
    """Logs of two partitions, and how far the groups are. Every record is a minute old."""

    ends: dict[Position, int] = field(default_factory=dict)
    done: dict[Position, int] = field(default_factory=dict)
    due_ms: int | None = None
    is_away: bool = False
    reads: list[tuple[Position, int]] = field(default_factory=list)

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        return ALL, ALL | self.ends

    async def committed(self, group: str) -> dict[Position, int]:
        if self.is_away:
            raise BrokerUnavailableError("no broker")
        return self.done

    async def read_at(self, position: Position, offset: int) -> ConsumedRecord:
        self.reads.append((position, offset))
        headers = encode_headers(Headers(not_before_ms=self.due_ms))
        at_ms = NOW_MS - 60_000 + offset
        return ConsumedRecord(*position, offset, at_ms, b"job", b"", headers)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["FakeKafka"]:
        yield self


@pytest.fixture
def kafka() -> FakeKafka:
    return FakeKafka()


@pytest.fixture
def probe(kafka: FakeKafka) -> LagProbe:
    return LagProbe(kafka, kafka.open, TOPICS, lambda: NOW, PERIOD_S)


def told(name: str, kind: str = "requests") -> float:
    labels = {"stage": TABLE.value, "topic_kind": kind}
    value = REGISTRY.get_sample_value(f"brainshare_consumer_{name}", labels)
    assert value is not None
    return value


def lag(kind: str = "requests") -> float:
    return told("lag_records", kind)


def age_s(kind: str = "requests") -> float:
    return NOW.timestamp() - told("oldest_pending_timestamp_seconds", kind)


async def test_the_oldest_over_partitions_tells_the_age(probe: LagProbe, kafka: FakeKafka) -> None:
    kafka.ends = {(REQUESTS, 0): 10, (REQUESTS, 1): 9}
    kafka.done = {(REQUESTS, 0): 4, (REQUESTS, 1): 3}
    await probe.look()
    assert lag() == 12
    assert age_s() == pytest.approx(60 - 0.003, abs=1e-3)
    assert kafka.reads == [((REQUESTS, 0), 4), ((REQUESTS, 1), 3)]


async def test_what_is_all_done_has_no_age(probe: LagProbe, kafka: FakeKafka) -> None:
    kafka.ends = kafka.done = {(REQUESTS, 0): 10}
    await probe.look()
    assert lag() == 0
    assert math.isnan(age_s())


async def test_the_same_offset_is_read_once(probe: LagProbe, kafka: FakeKafka) -> None:
    kafka.ends, kafka.done = {(REQUESTS, 0): 10}, {(REQUESTS, 0): 4}
    await probe.look()
    await probe.look()
    kafka.done = {(REQUESTS, 0): 5}
    await probe.look()
    assert kafka.reads == [((REQUESTS, 0), 4), ((REQUESTS, 0), 5)]


@pytest.mark.parametrize(
    ("due_in_s", "expected_s"), [(90, math.nan), (0, 0), (-20, 20)], ids=["waits", "due", "late"]
)
async def test_a_planned_wait_is_no_lag(
    probe: LagProbe, kafka: FakeKafka, due_in_s: int, expected_s: float
) -> None:
    kafka.due_ms = NOW_MS + due_in_s * 1000
    kafka.ends, kafka.done = {(RETRY, 0): 3}, {(RETRY, 0): 0}
    await probe.look()
    assert lag("retries") == 3
    assert age_s("retries") == pytest.approx(expected_s, abs=1e-3, nan_ok=True)


async def test_what_is_not_known_is_no_lag_of_0(probe: LagProbe, kafka: FakeKafka) -> None:
    await probe.look()
    kafka.is_away = True
    await probe._look_safely()
    assert math.isnan(lag())
    assert math.isnan(age_s())


@pytest.mark.parametrize(
    ("waiting", "share"),
    [((30, 10), 0.75), ((40, 0), 1.0), ((10, 5), math.nan), ((0, 0), math.nan)],
    ids=["most of it", "all of it", "too few to tell", "none"],
)
async def test_how_much_of_what_waits_is_in_one_partition(
    probe: LagProbe, kafka: FakeKafka, waiting: tuple[int, int], share: float
) -> None:
    """A key that takes most of the work fills one partition, and no other worker can help it."""
    kafka.ends = {(REQUESTS, number): count for number, count in enumerate(waiting)}
    kafka.done = {(REQUESTS, number): 0 for number in range(2)}
    await probe.look()
    found = REGISTRY.get_sample_value(
        "brainshare_consumer_fullest_partition_ratio", {"stage": TABLE.value}
    )
    assert found == pytest.approx(share, nan_ok=True)


async def test_one_gateway_looks(kafka: FakeKafka) -> None:
    kafka.ends = {(REQUESTS, 0): 10}
    idle = LagProbe(kafka, kafka.open, TOPICS, lambda: NOW, PERIOD_S, lambda: False)
    await idle._look_safely()
    assert kafka.reads == []
    assert math.isnan(lag())


async def test_a_group_that_has_committed_nothing_is_behind_from_the_beginning(
    probe: LagProbe, kafka: FakeKafka
) -> None:
    kafka.ends = {(REQUESTS, 0): 7}
    await probe.look()
    assert lag() == 7


async def test_the_last_look_is_told(probe: LagProbe) -> None:
    await probe.look()
    told_at = REGISTRY.get_sample_value("brainshare_lag_probed_timestamp_seconds")
    assert told_at == pytest.approx(NOW.timestamp())
