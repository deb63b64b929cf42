"""When a process must end."""

import asyncio

from structlog.testing import capture_logs

from services.lifecycle import exit_status
from services.lifecycle.watchdog import Watchdog


class Case:
    """A watchdog with a clock that is set by hand."""

    def __init__(self, fault: str | None = None) -> None:
        self.now = 0.0
        self.fault = fault
        self.ended: list[int] = []
        self.watchdog = Watchdog(
            lambda: self.fault, stall_s=60, end=self.ended.append, clock=lambda: self.now
        )


def test_a_beating_loop_lives() -> None:
    case = Case()
    case.now = 100
    case.watchdog.beat()
    case.now = 159
    assert not case.watchdog.check()
    assert case.ended == []


def test_a_loop_without_progress_ends() -> None:
    case = Case()
    case.now = 61
    assert case.watchdog.check()
    assert case.ended == [exit_status.BUG]


def test_a_fault_ends_the_process() -> None:
    assert Case(fault="Faust has crashed").watchdog.check()


def test_a_stop_that_overstays_its_deadline_ends() -> None:
    case = Case()
    case.watchdog.expect_end_within(10)
    case.now = 10
    assert not case.watchdog.check()
    case.now = 10.1
    assert case.watchdog.check()


def test_what_breaks_during_a_stop_does_not_cut_it_short() -> None:
    case = Case()
    case.watchdog.expect_end_within(10)
    case.fault = "Faust has crashed"
    assert not case.watchdog.check()
    case.now = 10.1
    assert case.watchdog.check()


def test_what_was_broken_before_a_stop_ends_it_at_once() -> None:
    case = Case(fault="Faust has crashed")
    case.watchdog.expect_end_within(10)
    assert case.watchdog.check()


def test_a_stop_that_is_done_but_for_the_broker_ends_in_order() -> None:
    case = Case()
    case.watchdog.expect_end_within(35)
    case.now = 20
    case.watchdog.expect_end_within(5, is_done=True)
    case.now = 25.1
    assert case.watchdog.check()
    assert case.ended == [exit_status.STOPPED]


async def test_the_last_line_says_where_each_task_stands() -> None:
    gate = asyncio.Event()

    async def wait_for_the_gate() -> None:
        await gate.wait()

    waiting = asyncio.create_task(wait_for_the_gate(), name="someone")
    await asyncio.wait([waiting], timeout=0)
    loop = asyncio.get_running_loop()
    watchdog = Watchdog(lambda: "it hangs", loop=loop, end=lambda status: None)
    with capture_logs() as logs:
        assert await asyncio.to_thread(watchdog.check)
    [told] = [line for line in logs[0]["standing"] if line.startswith("someone: ")]
    assert "test_watchdog.py" in told
    assert "wait_for_the_gate > " in told
    assert told.endswith(" wait")
    assert logs[0]["standing"][0].startswith("main thread: ")
    gate.set()
    await waiting
