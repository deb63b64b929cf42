"""How many calls at a time the provider can take, as its answers tell."""

import asyncio

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.failure.error import ProviderError
from services.failure.verdict import Failure
from services.llm.limit.concurrency import MAX_PAUSE_S, Concurrency


class Case:
    """A limit of 64 with a clock that is set by hand."""

    def __init__(self, ceiling: int = 64) -> None:
        self.now = 100.0
        self.concurrency = Concurrency(ceiling, lambda: self.now)

    async def succeed(self, calls: int) -> int:
        for _ in range(calls):
            self.concurrency.succeed(await self.concurrency.begin())
            self.concurrency.end()
        return self.concurrency.limit


async def test_a_pressed_server_gets_seven_tenths_of_the_calls() -> None:
    case = Case()
    era = await case.concurrency.begin()
    case.concurrency.shrink(era)
    assert case.concurrency.limit == 44


async def test_of_calls_that_began_together_only_the_first_failure_counts() -> None:
    case = Case()
    eras = [await case.concurrency.begin() for _ in range(64)]
    for era in eras:
        case.concurrency.shrink(era)
    assert case.concurrency.limit == 44


async def test_it_never_falls_below_one_call() -> None:
    case = Case()
    for _ in range(30):
        case.concurrency.shrink(await case.concurrency.begin())
        case.concurrency.end()
    assert case.concurrency.limit == 1


async def test_each_window_of_successes_allows_one_more_call() -> None:
    case = Case()
    case.concurrency.shrink(await case.concurrency.begin())
    case.concurrency.end()
    assert await case.succeed(44) == 45
    assert await case.succeed(44) == 45
    assert await case.succeed(1) == 46


async def test_it_never_grows_past_the_setting() -> None:
    case = Case(ceiling=2)
    case.concurrency.restart()
    assert await case.succeed(100) == 2


async def test_calls_come_back_as_one_two_four_and_then_by_one() -> None:
    case, limits = Case(ceiling=16), []
    case.concurrency.restart()
    for _ in range(6):
        limits.append(case.concurrency.limit)
        await case.succeed(case.concurrency.limit)
    assert limits == [1, 2, 4, 8, 11, 12]


async def test_a_pause_holds_all_calls_and_is_given_back_to_those_that_would_wait_long() -> None:
    case = Case()
    case.concurrency.pause(30)
    with pytest.raises(ProviderError) as raised:
        await case.concurrency.begin()
    assert (raised.value.failure, raised.value.retry_after_s) == (Failure.RATE_LIMITED, 30)
    case.now += 31
    await case.concurrency.begin()
    assert case.concurrency.limit == 1


def test_a_short_pause_does_not_make_calls_few() -> None:
    case = Case()
    case.concurrency.pause(0.02)
    assert case.concurrency.limit == 64


def test_no_pause_is_longer_than_a_quarter_of_an_hour() -> None:
    case = Case()
    case.concurrency.pause(100_000)
    assert case.concurrency.pause_left_s == MAX_PAUSE_S


def test_the_longest_pause_that_is_asked_for_counts() -> None:
    case = Case()
    case.concurrency.pause(30)
    case.concurrency.pause(1)
    assert case.concurrency.pause_left_s == 30


async def test_a_call_waits_for_its_turn() -> None:
    concurrency = Concurrency(1)
    await concurrency.begin()
    second = asyncio.create_task(concurrency.begin())
    await asyncio.wait({second}, timeout=0)
    assert not second.done()
    concurrency.end()
    await asyncio.wait_for(second, 1)


async def test_a_cancelled_wait_gives_its_turn_to_the_next() -> None:
    concurrency = Concurrency(1)
    await concurrency.begin()
    first = asyncio.create_task(concurrency.begin())
    second = asyncio.create_task(concurrency.begin())
    await asyncio.wait({first, second}, timeout=0)
    concurrency.end()
    first.cancel()
    await asyncio.wait_for(second, 1)
    assert first.cancelled()


@pytest.mark.parametrize(("in_progress", "may"), [(0, True), (1, True), (2, False), (63, False)])
def test_one_record_beyond_the_calls_is_held_ready(in_progress: int, may: bool) -> None:
    concurrency = Concurrency(64)
    concurrency.restart()
    assert concurrency.may_begin(in_progress) is may


def test_with_all_calls_allowed_the_slots_alone_decide() -> None:
    assert Concurrency(64).may_begin(1000)


class Crowd:
    """Calls that want to begin, on a clock that passes only when it is told to."""

    def __init__(self, ceiling: int) -> None:
        self.now = 100.0
        self.sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self.concurrency = Concurrency(ceiling, lambda: self.now, self.sleep)
        self.calls: list[asyncio.Task[int]] = []
        self.ended: set[asyncio.Task[int]] = set()

    async def sleep(self, seconds: float) -> None:
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.now + seconds, over))
        await over

    async def settle(self) -> None:
        """Let every task come as far as it can."""
        for _ in range(5):
            await asyncio.sleep(0)  # noqa: TID251 - lets the tasks run, no time passes

    def let_pass(self, seconds: float) -> None:
        self.now += seconds
        for due, over in self.sleepers:
            if due <= self.now and not over.done():
                over.set_result(None)

    @property
    def under_way(self) -> list[asyncio.Task[int]]:
        begun = (c for c in self.calls if c.done() and not c.cancelled() and not c.exception())
        return [call for call in begun if call not in self.ended]

    def end_one(self) -> None:
        for call in self.under_way[:1]:
            self.ended.add(call)
            self.concurrency.end()

    def do(self, step: tuple[str, float]) -> None:
        name, number = step
        match name:
            case "begin":
                begin = self.concurrency.begin
                self.calls += [asyncio.create_task(begin()) for _ in range(int(number))]
            case "end":
                self.end_one()
            case "cancel" if self.calls:
                self.calls[int(number) % len(self.calls)].cancel()
            case "pause":
                self.concurrency.pause(number)
            case "pass":
                self.let_pass(number)
            case "shrink":
                self.concurrency.shrink(self.concurrency._era)
            case "succeed":
                self.concurrency.succeed(self.concurrency._era)
            case "restart":
                self.concurrency.restart()


STEPS = st.tuples(
    st.sampled_from(["begin", "begin", "end", "cancel", "pause", "pass", "shrink", "succeed"])
    | st.just("restart"),
    st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.0, 9.0, 30.0]),
)


@given(st.integers(1, 5), st.lists(STEPS, max_size=30))
@example(4, [("begin", 9.0), ("shrink", 0), ("pause", 3.0), ("end", 0), ("end", 0)])
@example(4, [("begin", 9.0), ("pause", 1.5), ("pause", 3.0)])
async def test_whoever_waits_begins_or_is_told_why_not(
    ceiling: int, steps: list[tuple[str, float]]
) -> None:
    crowd = Crowd(ceiling)
    for step in steps:
        crowd.do(step)
        await crowd.settle()
    for _ in range(2 * len(crowd.calls) + 2):
        crowd.let_pass(1_000)
        await crowd.settle()
        crowd.end_one()
        await crowd.settle()
    assert [call for call in crowd.calls if not call.done()] == []


async def test_a_long_pause_releases_those_who_wait_for_a_place() -> None:
    crowd = Crowd(2)
    crowd.do(("begin", 30))
    await crowd.settle()
    crowd.do(("pause", 20))
    await crowd.settle()
    told = [call.exception() for call in crowd.calls if call.done() and call.exception()]
    assert len(told) == 28
    assert {getattr(error, "retry_after_s", None) for error in told} == {20}
