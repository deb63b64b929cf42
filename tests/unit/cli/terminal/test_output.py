"""The lines beside an answer."""

import io
import sys

import pytest

from services.cli.terminal.output import say_more

CURSOR = "c" * 98


class Stream(io.StringIO):
    """Says whether it is a terminal."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("is_terminal", "told"),
    [
        (True, "more: raise --limit, or give `next` of --json to --cursor\n"),
        (False, f"more: --cursor {CURSOR}\n"),
    ],
)
def test_a_cursor_is_told_where_it_can_be_copied_whole(
    is_terminal: bool, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    stream = Stream(is_terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    say_more(CURSOR)
    assert stream.getvalue() == told
