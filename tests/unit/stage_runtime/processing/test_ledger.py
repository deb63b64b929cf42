"""What counts as answered."""

import asyncio
from dataclasses import replace

import pytest

from schemas.kafka.headers import Headers
from schemas.kafka.topics import TopicKind
from services.stage_runtime.processing.ledger import Ledger, Turns, oldest_times
from tests.factory import consumed

KEY = b"job"


@pytest.mark.parametrize(
    ("redrive", "attempt", "expected"),
    [
        (0, 1, True),
        (0, 2, True),
        (0, 3, False),
        (1, 1, False),
    ],
)
def test_a_failure_answers_its_attempt_and_earlier_ones(
    redrive: int, attempt: int, expected: bool
) -> None:
    ledger = Ledger()
    ledger.note_failure(KEY, redrive=0, attempt=2)
    assert ledger.is_answered(KEY, Headers(redrive=redrive, attempt=attempt)) is expected


def test_a_success_answers_every_attempt_and_redrive() -> None:
    ledger = Ledger()
    ledger.note_success(KEY)
    ledger.note_failure(KEY, redrive=5, attempt=1)
    assert ledger.is_answered(KEY, Headers(redrive=9, attempt=9))


def test_an_unknown_job_is_not_answered() -> None:
    assert not Ledger().is_answered(KEY, Headers())


def test_output_records_say_what_was_answered() -> None:
    ledger = Ledger()
    ledger.note_output(consumed(b"{}", key=b"a"), TopicKind.SUGGESTIONS)
    letter = consumed(b"{}", key=b"b", headers=Headers(attempt=2))
    ledger.note_output(letter, TopicKind.DEAD_LETTERS)
    assert ledger.is_answered(b"a", Headers(attempt=7))
    assert ledger.is_answered(b"b", Headers(attempt=2))
    assert not ledger.is_answered(b"b", Headers(attempt=3))


def test_a_dead_letter_says_of_which_record_it_is_whoever_wrote_that() -> None:
    ledger, source = Ledger(), replace(consumed(None), offset=7)
    for at in (6, 7):
        place = Headers(
            origin_topic=source.topic, origin_partition=source.partition, origin_offset=at
        )
        letter = consumed(None, key=None, headers=place)
        ledger.note_output(letter, TopicKind.DEAD_LETTERS)
    assert ledger.is_given_up(source)
    assert not ledger.is_given_up(replace(source, offset=8))
    assert not ledger.is_given_up(replace(source, partition=5))


def test_a_retry_record_of_the_next_attempt_proves_the_one_before() -> None:
    ledger = Ledger()
    waiting = consumed(b"{}", key=KEY, headers=Headers(attempt=3))
    ledger.note_output(waiting, TopicKind.RETRIES)
    assert ledger.is_answered(KEY, Headers(attempt=2))
    assert not ledger.is_answered(KEY, Headers(attempt=3))


def test_memory_is_bounded_and_the_oldest_is_forgotten_first() -> None:
    ledger = Ledger(max_entries=2)
    for key in (b"a", b"b", b"c"):
        ledger.note_success(key)
    assert [ledger.is_answered(key, Headers()) for key in (b"a", b"b", b"c")] == [False, True, True]


async def test_a_second_record_of_a_job_waits_for_the_first() -> None:
    turns, order = Turns(), list[str]()
    release = asyncio.Event()

    async def first() -> None:
        async with turns.take(KEY):
            await release.wait()
            order.append("first")

    async def second() -> None:
        async with turns.take(KEY):
            order.append("second")

    async with asyncio.TaskGroup() as group:
        group.create_task(first())
        group.create_task(second())
        async with turns.take(b"another job"):
            order.append("another")
        release.set()
    assert order == ["another", "first", "second"]


def test_answers_are_read_from_the_oldest_open_record_of_either_input() -> None:
    heads = [
        consumed(b"", topic="a", partition=0, timestamp_ms=90_000),
        consumed(b"", topic="b", partition=0, timestamp_ms=70_000),
        consumed(b"", topic="a", partition=1, timestamp_ms=5_000),
    ]
    assert oldest_times(heads, margin_s=10) == {0: 60_000, 1: 0}
