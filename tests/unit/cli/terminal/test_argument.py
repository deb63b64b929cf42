"""What a person types arrives as it was typed, whatever the terminal says of its encoding."""

from pathlib import Path

import click
import pytest

from services.cli.terminal.argument import read_arguments


def typed(text: bytes) -> str:
    """As Python reads it at a terminal whose encoding is ASCII."""
    return text.decode("ascii", "surrogateescape")


@pytest.mark.parametrize("text", ["Cheeses", "Käse 🧀", "--title=Müller", ""])
def test_words_are_utf_8_where_the_terminal_knows_no_better(text: str) -> None:
    assert read_arguments([text, typed(text.encode())]) == [text, text]


def test_a_file_keeps_the_name_by_which_it_is_found(tmp_path: Path) -> None:
    name = typed(str(tmp_path).encode() + b"/k\xe4se.csv")
    Path(name).touch()
    assert read_arguments([name]) == [name]


def test_what_is_no_utf_8_is_named() -> None:
    with pytest.raises(click.UsageError, match=r"the argument K\\udce4se is not UTF-8"):
        read_arguments([typed(b"K\xe4se")])
