"""A thread that hangs or has ended is noticed, and one that only waits is not."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from services.lifecycle.pulse import SILENT_S, Pulse

BOUND_S = 5.0


@dataclass
class Clock:
    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Loop:
    """A loop in a thread of its own, as Faust's consumer has one."""

    loop: asyncio.AbstractEventLoop
    thread: threading.Thread

    def run_dry(self) -> None:
        """Wait until all that the loop was given is done."""
        done = threading.Event()
        self.loop.call_soon_threadsafe(done.set)
        assert done.wait(BOUND_S)

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(BOUND_S)
        self.loop.close()


@pytest.fixture(name="other")
def _other() -> Iterator[Loop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    other = Loop(loop, thread)
    yield other
    if thread.is_alive():
        other.end()


def test_a_thread_that_answers_is_well(other: Loop) -> None:
    watched = Pulse("the thread", clock := Clock())
    for _ in range(5):
        watched.ask(other.loop)
        other.run_dry()
        clock.now_s += SILENT_S + 1
        assert watched.find_fault() is None


def test_a_thread_that_hangs_is_a_fault_until_it_goes_on(other: Loop) -> None:
    watched, hang = Pulse("the thread", clock := Clock()), threading.Event()
    other.loop.call_soon_threadsafe(hang.wait, BOUND_S)
    watched.ask(other.loop)
    clock.now_s = SILENT_S
    assert watched.find_fault() is None
    clock.now_s = SILENT_S + 1
    watched.ask(other.loop)
    assert watched.find_fault() == "the thread has not answered for 60 s"
    hang.set()
    other.run_dry()
    assert watched.find_fault() is None


def test_a_thread_that_has_ended_is_a_fault(other: Loop) -> None:
    watched = Pulse("the thread", clock := Clock())
    other.end()
    watched.ask(other.loop)
    clock.now_s = SILENT_S + 1
    assert watched.find_fault() is not None
