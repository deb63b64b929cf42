"""Texts are parted into what was kept, what is gone and what is new, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.replay.comparison.word_difference import (
    MAX_WORDS,
    Part,
    find_passages,
    is_rewritten,
)

SIGNS = {Part.KEPT: "", Part.GONE: "-", Part.NEW: "+"}


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ("", "", []),
        ("the same", "the same", ["the same"]),
        ("in grams", "in kilograms", ["in ", "-grams", "+kilograms"]),
        ("mass", "mass in kg", ["mass", "+ in kg"]),
        ("a b c", "a c", ["a ", "-b ", "c"]),
        ("a, b", "a; b", ["a", "-,", "+;", " b"]),
        ("one", "", ["-one"]),
        ("été froid", "été chaud", ["été ", "-froid", "+chaud"]),
    ],
)
def test_words_are_told_apart(before: str, now: str, found: list[str]) -> None:
    passages = find_passages(before, now)
    assert [f"{SIGNS[p.part]}{p.text}" for p in passages] == found


TEXT = st.text(alphabet="ab ,é\n", max_size=40) | st.text(max_size=20)


@given(TEXT, TEXT)
def test_both_texts_can_be_read_from_the_passages(before: str, now: str) -> None:
    passages = find_passages(before, now)
    assert "".join(p.text for p in passages if p.part is not Part.NEW) == before
    assert "".join(p.text for p in passages if p.part is not Part.GONE) == now


def test_what_is_long_differs_as_a_whole_between_its_equal_ends() -> None:
    middle, other = "x, " * MAX_WORDS, "y; " * MAX_WORDS
    parts = [p.part for p in find_passages(f"begin {middle}end", f"begin {other}end")]
    assert parts == [Part.KEPT, Part.GONE, Part.NEW, Part.KEPT]


@pytest.mark.parametrize(
    ("before", "now", "is_other"),
    [("Mass", "Weight", True), ("a, b", "c, d", True), ("in kg", "in g", False), ("", "x", True)],
)
def test_texts_without_a_common_word_are_no_edit(before: str, now: str, is_other: bool) -> None:
    assert is_rewritten(find_passages(before, now)) == is_other
