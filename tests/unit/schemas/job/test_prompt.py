"""A prompt that jobs bring along is a text that a person has seen, and is known by its digest."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.job.prompt import (
    MAX_PROMPT_CHARS,
    CarriedPrompt,
    PromptError,
    carry_prompt,
    decode_prompt,
    read_prompt,
)
from schemas.stage import StageName

TABLE, COLUMN, _ = StageName
TEXTS = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp"), include_characters="\n\t\r"), max_size=200
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Say it.", "Say it.\n"),
        ("\ufeffSay it.\r\nAnd more.\r\n\r\n", "Say it.\nAnd more.\n"),
        ("a\rb\tc", "a\nb\tc\n"),
        ("  - indented\n", "  - indented\n"),
        ("می\u200cخواهم", "می\u200cخواهم\n"),
    ],
)
def test_a_text_is_read_the_same_however_its_lines_end(text: str, read: str) -> None:
    assert read_prompt(text) == read


@given(TEXTS)
def test_what_was_read_is_read_the_same(text: str) -> None:
    try:
        read = read_prompt(text)
    except PromptError:
        assert not text.strip()
    else:
        assert read_prompt(read) == read


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "line 1: there is no text"),
        (" \n\n ", "line 1: there is no text"),
        ("a\nb\0c", r"line 2: .* U\+0000"),
        ("a\n\nb\x1b[31m", r"line 3: .* U\+001B"),
        ("say \u202eit", r"line 1: .* U\+202E"),
        ("say\u200b it", r"line 1: .* U\+200B"),
        ("a\U000e0041", r"line 1: .* U\+E0041"),
        ("a\u2028b", r"line 1: .* U\+2028"),
        ("a\ud800", r"line 1: .* U\+D800"),
        ("a\ue000", r"line 1: .* U\+E000"),
        ("b\ufeff", r"line 1: .* U\+FEFF"),
        ("a\n" * (MAX_PROMPT_CHARS // 2 + 1), "line 10001: here it is longer than 20,000"),
    ],
)
def test_what_nobody_could_have_read_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(PromptError, match=why):
        read_prompt(text)


def test_bytes_that_are_no_text_are_refused_with_their_line() -> None:
    with pytest.raises(PromptError, match="line 2: it is no UTF-8"):
        decode_prompt(b"a\nb\xff")


def test_a_version_is_of_one_text_and_one_stage() -> None:
    one, same = carry_prompt(COLUMN, "Say it."), carry_prompt(COLUMN, "Say it.\r\n")
    assert one == same
    assert one.version.startswith("column-text-")
    others = {carry_prompt(COLUMN, "Say that.").version, carry_prompt(TABLE, "Say it.").version}
    assert one.version not in others


@pytest.mark.parametrize("fields", [{"text": "Say that.\n"}, {"version": "column-4"}])
def test_a_version_that_is_of_another_text_is_refused(fields: dict[str, str]) -> None:
    told = json.loads(carry_prompt(COLUMN, "Say it.").to_json())
    with pytest.raises(ValidationError, match="not of its text"):
        CarriedPrompt.from_json(json.dumps(told | fields))
