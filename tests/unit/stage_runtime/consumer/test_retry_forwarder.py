"""When a waiting record is given back."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.kafka.headers import Headers, KafkaHeaders, decode_headers
from schemas.stage import StageName
from services.kafka import ConsumedRecord, Position
from services.stage_runtime.consumer.retry_forwarder import RetryForwarder, due_in_s, name_member
from tests.factory import consumed


@pytest.mark.parametrize(
    ("appended_ms", "broker_now_ms", "expected"),
    [
        (10_000, 10_000, 5.0),
        (10_000, 12_000, 3.0),
        (10_000, 15_000, 0.0),
        (10_000, 600_000, 0.0),
        (10_000, 9_000, 5.0),
        (10_000, None, 5.0),
    ],
)
def test_the_delay_counts_from_the_brokers_append_time(
    appended_ms: int, broker_now_ms: float | None, expected: float
) -> None:
    assert due_in_s(appended_ms, 5.0, broker_now_ms) == expected


@given(st.integers(0, 10**9), st.floats(0.1, 3600), st.floats(-(10**6), 10**10))
def test_a_wait_is_never_negative_and_never_longer_than_the_delay(
    appended_ms: int, delay_s: float, broker_now_ms: float
) -> None:
    assert 0 <= due_in_s(appended_ms, delay_s, broker_now_ms) <= delay_s


class FakeReader:
    """Gives what it is told to, and remembers what is asked of it."""

    def __init__(self) -> None:
        self.generation = 1
        self.held: dict[Position, int] = {}
        self.committed: dict[Position, int] = {}

    async def read(self, timeout_s: float, max_records: int) -> list[ConsumedRecord]:
        return []

    def hold(self, position: Position, offset: int) -> None:
        self.held[position] = offset

    def release(self, position: Position) -> None:
        del self.held[position]

    async def commit(self, next_offsets: Mapping[Position, int]) -> None:
        self.committed |= next_offsets


class FakePublisher:
    """Takes everything at a time of the broker's clock."""

    def __init__(self, now_ms: float) -> None:
        self.now_ms = now_ms
        self.taken: list[tuple[str, bytes | None]] = []
        self.headers: list[KafkaHeaders] = []

    def broker_now_ms(self) -> float:
        return self.now_ms

    async def publish(
        self, topic: str, key: bytes, value: bytes | None, headers: KafkaHeaders
    ) -> None:
        self.taken.append((topic, value))
        self.headers.append(headers)


class Case:
    """A forwarder of the row stage between fakes, with a clock that is set by hand."""

    def __init__(self, now_ms: float) -> None:
        self.now_s = 0.0
        self.reader, self.publisher = FakeReader(), FakePublisher(now_ms)
        self.forwarder = RetryForwarder(
            StageName.ROW,
            "row.requests",
            {"row.retry.5s": 5.0},
            self.reader,  # type: ignore[arg-type]
            self.publisher,  # type: ignore[arg-type]
            lambda: self.now_s,
        )


def waiting(offset: int, appended_ms: int) -> ConsumedRecord:
    headers = Headers(attempt=2, redrive=1)
    return consumed(
        b"bytes", topic="row.retry.5s", offset=offset, timestamp_ms=appended_ms, headers=headers
    )


AT = ("row.retry.5s", 3)


async def test_a_due_record_goes_back_with_its_bytes_and_attempt() -> None:
    case = Case(now_ms=15_000)
    await case.forwarder._forward([waiting(7, 10_000)])
    assert case.publisher.taken == [("row.requests", b"bytes")]
    assert decode_headers(case.publisher.headers[0]) == Headers(attempt=2, redrive=1)
    assert case.reader.committed == {AT: 8}


async def test_a_head_that_is_not_due_holds_its_partition_and_nothing_behind_it_passes() -> None:
    case = Case(now_ms=12_000)
    await case.forwarder._forward([waiting(7, 10_000), waiting(8, 1_000)])
    assert case.publisher.taken == []
    assert (case.reader.held, case.reader.committed) == ({AT: 7}, {})


async def test_a_held_partition_is_released_when_its_head_is_due() -> None:
    case = Case(now_ms=12_000)
    await case.forwarder._forward([waiting(7, 10_000)])
    case.now_s = 2.9
    case.forwarder._release_due()
    assert case.reader.held == {AT: 7}
    case.now_s = 3.0
    case.forwarder._release_due()
    assert case.reader.held == {}


async def test_after_a_rebalance_nothing_stays_held_for_ever() -> None:
    case = Case(now_ms=12_000)
    await case.forwarder._forward([waiting(7, 10_000)])
    case.reader.generation = 2
    case.forwarder._release_due()
    assert case.reader.held == {}


async def test_what_a_later_release_has_written_goes_back_as_it_came() -> None:
    case = Case(now_ms=15_000)
    strange = [("attempt", b"2"), ("error-kind", b"quota"), ("tenant", b"t"), ("parked", b"soon")]
    await case.forwarder._forward([replace(waiting(7, 10_000), headers=strange)])
    assert case.publisher.headers == [strange]


def test_a_member_with_other_topics_has_another_name() -> None:
    one, again = name_member("w-0", ["a", "b"]), name_member("w-0", ["b", "a"])
    assert one == again != name_member("w-0", ["a", "c"])
