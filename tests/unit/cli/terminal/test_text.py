"""What others wrote does nothing to a terminal."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.terminal.text import BIDI, escape_json, plain

HOSTILE = [
    ("\x1b[31mred", " [31mred"),
    ("\x1b]0;title\x07", " ]0;title "),
    ("\x9b2J", " 2J"),
    ("two\nlines", "two lines"),
    ("\u202egnp", "gnp"),
    ("a\u2066b\u2069", "ab"),
    ("a\u2028b", "a b"),
    ("\ufeffx", "x"),
    ("[bold]x[/bold]", "[bold]x[/bold]"),
    ("naïve 行 🪐", "naïve 行 🪐"),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_plain_text(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text())
def test_no_control_or_bidi_character_is_left(text: str) -> None:
    shown = plain(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Zl", "Zp"}
    assert not set(shown) & {chr(n) for n in (0x202E, 0x2066, 0x200F, 0xFEFF)}


@given(st.dictionaries(st.text(), st.text()))
def test_escaped_json_reads_as_it_was(document: dict[str, str]) -> None:
    written = escape_json(json.dumps(document, ensure_ascii=False).encode(errors="replace"))
    assert not any("\x7f" <= char <= "\x9f" or char < " " for char in written)
    assert not set(written) & set(BIDI.replace("-", ""))
    expected = json.dumps(document, ensure_ascii=False).encode(errors="replace")
    assert json.loads(written) == json.loads(expected)
