"""Which jobs are cancelled, and how long that counts."""

import asyncio
from dataclasses import dataclass

import pytest

from schemas.kafka.control import CONTROL_SCHEMA, PROMOTION_SCHEMA
from schemas.kafka.headers import Headers
from schemas.kafka.topics import CANCEL_KEPT_MS, CONTROL_KEPT_MS, DAY_MS, HOUR_MS, TopicNames
from services.kafka import ConsumedRecord
from services.stage_runtime.processing.cancellation import CallCancelledError, Cancellations
from tests.factory import consumed

START_MS = 1_000_000_000_000
CONTROL = TopicNames().control


@dataclass
class Clock:
    now_ms: float = START_MS

    def __call__(self) -> float:
        return self.now_ms


def cancel(key: bytes, at_ms: int = START_MS, schema: str = CONTROL_SCHEMA) -> ConsumedRecord:
    told = {"topic": CONTROL, "timestamp_ms": at_ms, "headers": Headers(schema=schema)}
    return consumed(b"{}", key=key, **told)


def test_a_record_of_control_cancels_the_job_of_its_key() -> None:
    cancellations = Cancellations(Clock())
    assert cancellations.read(cancel(b"a"))
    assert (cancellations.is_cancelled(b"a"), cancellations.is_cancelled(b"b")) == (True, False)


def test_a_tombstone_takes_a_cancel_back() -> None:
    cancellations = Cancellations(Clock())
    cancellations.read(cancel(b"a"))
    assert not cancellations.read(consumed(None, key=b"a", topic=CONTROL))
    assert not cancellations.is_cancelled(b"a")


@pytest.mark.parametrize(
    "record",
    [
        consumed(None, key=b"a"),
        consumed(b"{}", key=None),
        cancel(b"a", schema="job-control/2"),
    ],
    ids=["a tombstone", "no key", "a later release, which may ask for something else"],
)
def test_what_is_no_cancel_cancels_nothing(record: ConsumedRecord) -> None:
    cancellations = Cancellations(Clock())
    assert not cancellations.read(record)
    assert (len(cancellations), cancellations.is_cancelled(b"a")) == (0, False)


def test_a_cancel_counts_until_nothing_of_its_job_can_come() -> None:
    clock = Clock()
    cancellations = Cancellations(clock)
    cancellations.read(cancel(b"a"))
    clock.now_ms += CANCEL_KEPT_MS
    assert cancellations.is_cancelled(b"a")
    clock.now_ms += 1
    assert not cancellations.is_cancelled(b"a")


def test_a_start_forgets_what_is_too_old_to_count() -> None:
    """The log may still hold it: segments go as a whole."""
    cancellations = Cancellations(Clock())
    assert not cancellations.read(cancel(b"a", at_ms=START_MS - CANCEL_KEPT_MS - 1))
    assert len(cancellations) == 0


def test_the_cancels_of_a_year_are_never_more_than_those_that_count() -> None:
    clock, most = Clock(), 0
    cancellations = Cancellations(clock)
    for hour in range(365 * 24):
        clock.now_ms = START_MS + hour * HOUR_MS
        cancellations.read(cancel(b"%d" % hour, at_ms=int(clock.now_ms)))
        most = max(most, len(cancellations))
    assert most == CANCEL_KEPT_MS // HOUR_MS + 1


async def test_a_cancel_closes_the_call_under_way() -> None:
    cancellations, begun = Cancellations(Clock()), asyncio.Event()

    async def call() -> None:
        begun.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(cancellations.run(b"a", call()))
    await begun.wait()
    cancellations.read(cancel(b"a"))
    with pytest.raises(CallCancelledError) as raised:
        await running
    assert raised.value.was_open


def test_the_log_of_cancels_does_not_grow_for_ever() -> None:
    [control] = [spec for spec in TopicNames().all() if spec.name == CONTROL]
    assert control.config["cleanup.policy"] == "compact,delete"
    assert int(control.config["retention.ms"]) == CONTROL_KEPT_MS >= CANCEL_KEPT_MS
    [*others] = [s.retention_ms for s in TopicNames().all() if s.name.endswith(".requests")]
    assert max(others) + DAY_MS == CANCEL_KEPT_MS


def test_a_promotion_outlives_the_answer_that_it_promotes() -> None:
    answers = [spec for spec in TopicNames().all() if spec.name.endswith(".suggestions")]
    assert max(spec.retention_ms + spec.segment_ms for spec in answers) <= CONTROL_KEPT_MS


@pytest.mark.parametrize("schema", [PROMOTION_SCHEMA, CONTROL_SCHEMA])
def test_a_promotion_is_no_cancel_of_its_job_nor_of_any(schema: str) -> None:
    cancellations = Cancellations(Clock())
    assert not cancellations.read(cancel(b"promote:a", schema=schema))
    assert (len(cancellations), cancellations.is_cancelled(b"a")) == (0, False)
