"""Lines are broken between words, and only for a terminal."""

from io import StringIO

import pytest
from rich.cells import cell_len

from services.cli.terminal.fold import fold


class Terminal(StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "text",
    [
        "a short one",
        "words that take more than one line of this terminal, and some more",
        "山の名前 " * 30 + "end",
        "one/" + "long" * 40 + " word",
        "",
    ],
)
def test_no_word_is_lost_and_no_line_is_too_long(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    folded = fold(text, Terminal(), indent=2)
    assert "".join(folded.split()) == "".join(text.split())
    assert max(map(cell_len, folded.split("\n"))) <= 40


def test_a_pipe_gets_it_as_it_is() -> None:
    assert fold("word " * 100, StringIO()) == "word " * 100
