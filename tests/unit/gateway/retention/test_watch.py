"""The watch counts each record that is gone once, and tells the age of what is left."""

import asyncio
import math
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from schemas.kafka.topics import DAY_MS
from schemas.stage import StageName
from services.gateway.retention.watch import RetentionWatch
from services.kafka import Position, TopicState
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import NOW, TOPICS, request

TABLE = StageName.TABLE
REQUESTS = (TOPICS.requests(TABLE), 0)


@dataclass
class FakeKafka:
    """One partition, and how far its group is."""

    committed_offset: int | None = 0
    begin: int = 0
    end: int = 0
    retention_ms: int = 7 * DAY_MS
    asked: list[str] = field(default_factory=list)

    async def bounds(self) -> tuple[dict[Position, int], dict[Position, int]]:
        return {REQUESTS: self.begin}, {REQUESTS: self.end}

    async def committed(self, group: str) -> dict[Position, int]:
        self.asked.append(group)
        return {} if self.committed_offset is None else {REQUESTS: self.committed_offset}

    async def describe(self, names: Collection[str]) -> dict[str, TopicState]:
        return {n: TopicState(1, {"retention.ms": str(self.retention_ms)}) for n in names}

    @asynccontextmanager
    async def open(self) -> AsyncIterator["FakeKafka"]:
        yield self


@pytest.fixture
def kafka() -> FakeKafka:
    return FakeKafka()


@pytest.fixture
def watch(gateway: Gateway, kafka: FakeKafka) -> RetentionWatch:
    later = NOW + timedelta(days=1)
    return RetentionWatch(gateway.database, kafka, kafka.open, TOPICS, lambda: later, 60.0)


def read_metric(name: str) -> float:
    return REGISTRY.get_sample_value(f"brainshare_stage_{name}", {"stage": TABLE}) or 0.0


async def count_gone(watch: RetentionWatch) -> float:
    before = read_metric("records_expired_total")
    await watch.look()
    return read_metric("records_expired_total") - before


async def test_what_is_gone_is_counted_once(watch: RetentionWatch, kafka: FakeKafka) -> None:
    kafka.committed_offset, kafka.begin, kafka.end = 2, 5, 9
    assert await count_gone(watch) == 3
    assert await count_gone(watch) == 0
    kafka.begin = 6
    assert await count_gone(watch) == 1
    kafka.committed_offset, kafka.begin = 9, 9
    assert await count_gone(watch) == 0


async def test_a_group_that_is_not_there_has_lost_nothing_that_is_known(
    watch: RetentionWatch, kafka: FakeKafka
) -> None:
    kafka.committed_offset, kafka.begin, kafka.end = None, 5, 9
    assert await count_gone(watch) == 0


async def test_the_age_of_the_oldest_open_record_is_told(
    gateway: Gateway, watch: RetentionWatch, kafka: FakeKafka
) -> None:
    await gateway.project(request(0), request(4))
    kafka.committed_offset, kafka.end = 1, 5
    await watch.look()
    assert read_metric("oldest_record_age_seconds") == pytest.approx(24 * 3600, abs=1)
    assert read_metric("oldest_record_retention_ratio") == pytest.approx(1 / 7, abs=0.001)
    kafka.committed_offset = 5
    await watch.look()
    assert read_metric("oldest_record_age_seconds") == 0


async def test_who_is_not_on_duty_any_more_knows_nothing(
    gateway: Gateway, kafka: FakeKafka, watch: RetentionWatch
) -> None:
    await gateway.project(request(0))
    kafka.committed_offset, kafka.end = 0, 1
    await watch.look()
    idle = RetentionWatch(
        gateway.database, kafka, kafka.open, TOPICS, lambda: NOW, 60.0, is_on_duty=lambda: False
    )
    looking = asyncio.create_task(idle.run())
    await asyncio.sleep(0)  # noqa: TID251 - lets it look once
    looking.cancel()
    assert math.isnan(read_metric("oldest_record_retention_ratio"))
