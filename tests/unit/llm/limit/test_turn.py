"""Whose turn it is to call, and who need not wait for one here."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from services.failure.error import ProviderError
from services.failure.verdict import Failure
from services.llm.limit.concurrency import Concurrency
from services.llm.limit.rate_limiter import RateLimiter
from services.llm.limit.turn import TurnQueue


async def begin(coroutine: Coroutine[Any, Any, int]) -> asyncio.Task[int]:
    """Let it go as far as it gets."""
    task = asyncio.create_task(coroutine)
    await asyncio.wait({task}, timeout=0.01)
    return task


async def failure_of(task: asyncio.Task[int]) -> Failure:
    with pytest.raises(ProviderError) as raised:
        await task
    return raised.value.failure


async def test_who_waits_for_a_place_is_handed_over_and_loses_nobody_a_place() -> None:
    turns = TurnQueue(Concurrency(1))
    await turns.take(1)
    waiting = [await begin(turns.take(1)) for _ in range(3)]
    turns.hand_over()
    assert {await failure_of(task) for task in waiting} == {Failure.HANDED_OVER}
    turns.go_on()
    turns.concurrency.end()
    await turns.take(1)
    assert turns.concurrency.under_way == 1


async def test_who_waits_for_a_rate_is_handed_over() -> None:
    turns = TurnQueue(Concurrency(8), RateLimiter(requests=1))
    await turns.take(1)
    waiting = await begin(turns.take(1))
    assert not waiting.done()
    turns.hand_over()
    assert await failure_of(waiting) is Failure.HANDED_OVER


async def test_two_rebalances_at_once_hand_over_once() -> None:
    turns = TurnQueue(Concurrency(1))
    await turns.take(1)
    waiting = [await begin(turns.take(1)) for _ in range(2)]

    async def hand_over_again() -> None:
        turns.hand_over()

    turns.hand_over()
    await asyncio.create_task(hand_over_again())
    assert {await failure_of(task) for task in waiting} == {Failure.HANDED_OVER}


async def test_nobody_begins_while_partitions_go_to_another_worker() -> None:
    turns = TurnQueue(Concurrency(8))
    turns.hand_over()
    assert await failure_of(await begin(turns.take(1))) is Failure.HANDED_OVER
    turns.go_on()
    await turns.take(1)


async def test_a_wait_that_its_own_deadline_ends_is_not_handed_over() -> None:
    turns = TurnQueue(Concurrency(1))
    await turns.take(1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await turns.take(1)
    turns.hand_over()


def test_with_no_limit_a_minute_as_much_is_pulled_as_calls_allow() -> None:
    turns = TurnQueue(Concurrency(64))
    assert turns.may_begin(in_progress=1_000)


async def test_no_record_is_pulled_whose_turn_is_not_soon() -> None:
    turns = TurnQueue(Concurrency(64), RateLimiter(requests=15))
    assert [turns.may_begin(pulled) for pulled in (0, 14, 15)] == [True, True, False]
    for _ in range(15):
        await turns.take(1)
    assert not turns.may_begin(in_progress=15)
    for _ in range(15):
        turns.concurrency.end()
    assert not turns.may_begin(in_progress=0)


async def test_a_fast_rate_is_pulled_ahead_of_so_that_no_turn_is_lost() -> None:
    turns = TurnQueue(Concurrency(100), RateLimiter(requests=600))
    for _ in range(600):
        await turns.take(1)
        turns.concurrency.end()
    assert [turns.may_begin(pulled) for pulled in (0, 15, 30)] == [True, True, False]


async def test_a_limit_of_tokens_counts_calls_as_large_as_those_before() -> None:
    turns = TurnQueue(Concurrency(64), RateLimiter(tokens=1_000))
    assert [turns.may_begin(pulled) for pulled in (0, 1)] == [True, False]
    await turns.take(100)
    turns.concurrency.end()
    assert [turns.may_begin(pulled) for pulled in (0, 8, 10)] == [True, True, False]


async def call(turns: TurnQueue, ending: asyncio.Event) -> int:
    async with turns.make_call():
        await ending.wait()
    return 1


async def test_an_answer_under_way_may_come_while_partitions_go_to_another_worker() -> None:
    turns, ending = TurnQueue(Concurrency(1), handover_s=60), asyncio.Event()
    under_way = await begin(call(turns, ending))
    turns.hand_over()
    ending.set()
    assert await under_way == 1
    turns.go_on()


async def test_an_answer_that_is_too_slow_in_coming_is_handed_over() -> None:
    turns = TurnQueue(Concurrency(2), handover_s=0.01)
    slow = [await begin(call(turns, asyncio.Event())) for _ in range(2)]
    turns.hand_over()
    turns.hand_over()
    assert {await failure_of(task) for task in slow} == {Failure.HANDED_OVER}
    turns.go_on()


async def test_a_rebalance_that_has_ended_hands_nothing_over_any_more() -> None:
    turns, ending = TurnQueue(Concurrency(1), handover_s=0.02), asyncio.Event()
    turns.hand_over()
    turns.go_on()
    under_way = await begin(call(turns, ending))
    done, _ = await asyncio.wait({under_way}, timeout=0.05)
    assert not done
    ending.set()
    assert await under_way == 1
