"""When a process must end."""

from services.lifecycle import exit_status
from services.lifecycle.watchdog import Watchdog


class Case:
    """A watchdog with a clock that is set by hand."""

    def __init__(self, fault: str | None = None) -> None:
        self.now = 0.0
        self.ended: list[int] = []
        self.watchdog = Watchdog(
            lambda: fault, stall_s=60, end=self.ended.append, clock=lambda: self.now
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
