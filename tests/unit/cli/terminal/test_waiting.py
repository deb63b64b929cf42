"""What is waited for is said where a person would wonder, and only there."""

import io
import sys
import threading

import pytest

from services.cli.terminal.output import hint_at_input
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


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stdin", "is_told"), [(Keyboard(), True), (io.StringIO(), False)])
def test_whose_typing_is_waited_for_is_told(
    stdin: io.StringIO, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Keyboard()
    monkeypatch.setattr(sys, "stderr", shown)
    hint_at_input(stdin)
    assert ("Ctrl-D" in shown.getvalue()) is is_told
