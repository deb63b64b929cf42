"""A sign stands for nothing only where a column does not use signs as values."""

import pytest

from services.check.text.placeholder import has_signs, is_mark, is_placeholder, is_unknown

WITH_SIGNS = [
    [".-", "-...", "-.-."],
    ["·−", "−···"],
    ["!", "?", "!?"],
    ["+", "+", "+"],
    ["+", "2+", "3+"],
    ["+", "×", "÷"],
    [".", ",", ";"],
    ["a", "b", "/"],
    ["a", "b", "c"],
    ["ˈ", "ˌ"],
    ["A", "A-", "B+"],
    ["★★★", "★★"],
    ["👍", "👎"],
    ["。", "、"],
    ["C", "C#", "++"],
    ["-", "--"],
]
WITHOUT = [["Mars", "Venus"], ["CA", "TX", "-"], ["-", "-"], ["Dr. No", "Alien 3"], ["a"], []]


@pytest.mark.parametrize("cells", WITH_SIGNS)
def test_signs_are_values_where_a_cell_is_one(cells: list[str]) -> None:
    assert has_signs(cells)


@pytest.mark.parametrize("cells", WITHOUT)
def test_signs_are_no_values_among_words(cells: list[str]) -> None:
    assert not has_signs(cells)


@pytest.mark.parametrize(
    ("word", "mark", "unknown", "placeholder"),
    [
        ("N/A", True, False, True),
        ("?", True, False, True),
        ("TBD", True, False, True),
        ("Unknown", False, True, True),
        ("k. A.", False, True, True),
        ("Not applicable", False, True, True),
        ("Todo", False, False, True),
        ("Sample 3", False, False, True),
        ("Na", False, False, False),
        ("None", False, False, False),
        ("A-", False, False, False),
    ],
)
def test_a_word_says_nothing_anywhere_or_where_a_number_is_due(
    word: str, mark: bool, unknown: bool, placeholder: bool
) -> None:
    assert (is_mark(word), is_unknown(word), is_placeholder(word)) == (mark, unknown, placeholder)
