"""What is waited for is said where a person would wonder, and only there."""

import threading

from services.cli.terminal.waiting import SAY_AFTER_S, say_waiting

LONG_S = 20.0


def test_a_wait_that_a_person_notices_says_what_for() -> None:
    told, said = list[str](), threading.Event()

    def tell(line: str) -> None:
        told.append(line)
        said.set()

    with say_waiting("the broker", tell):
        assert said.wait(LONG_S + SAY_AFTER_S)
    assert told == ["waiting for the broker"]


def test_what_is_there_at_once_says_nothing() -> None:
    told = list[str]()
    threads = threading.active_count()
    with say_waiting("the broker", told.append):
        pass
    assert told == []
    assert threading.active_count() <= threads + 1
