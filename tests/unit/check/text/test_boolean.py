"""Yes and no, in the words of many languages."""

import pytest

from services.check.text.boolean import (
    FALSE,
    TRUE,
    are_plain_booleans,
    find_spelling,
    is_boolean,
    read_boolean,
)
from services.check.text.folding import fold


def test_no_word_is_both_yes_and_no_and_each_is_as_it_is_compared() -> None:
    assert TRUE.isdisjoint(FALSE)
    assert [word for word in TRUE | FALSE if fold(word) != word] == []


@pytest.mark.parametrize(
    ("text", "spelling", "written"),
    [
        ("Yes", ("true", "false"), "true"),
        ("нет", ("true", "false"), "false"),
        ("não", ("true", "false"), "false"),
        ("否", ("true", "false"), "false"),
        ("nein", ("ja", "nein"), "nein"),
        ("NEIN", ("Ja", "Nein"), "Nein"),
        ("nee", ("ja", "nein"), "nee"),
        ("nej", ("Ja", "Nein"), "nej"),
        ("false", ("ja", "nein"), "nein"),
        ("ne", ("да", "нет"), None),
        ("ne", ("ναι", "όχι"), None),
        ("jo", ("ja", "nej"), None),
        ("jo", ("po", "jo"), "jo"),
        ("jo", ("true", "false"), None),
        ("ne", ("yes", "no"), None),
        ("ne", ("ano", "ne"), "ne"),
        ("X", ("true", "false"), None),
        ("X", ("✓", "✗"), None),
        ("X", ("✓", "X"), "X"),
        ("✓", ("X", ""), None),
        ("yes", ("X", ""), "X"),
        ("maybe", ("true", "false"), None),
        ("", ("true", "false"), None),
    ],
)
def test_a_word_is_written_as_the_column_spells_unless_it_is_its_own_opposite(
    text: str, spelling: tuple[str, str], written: str | None
) -> None:
    assert read_boolean(text, spelling) == written


@pytest.mark.parametrize(
    "cells",
    [["ja", "nee"], ["tak", "nie"], ["да", "нет"], ["sim", "não"], ["evet", "hayır"], ["是", "否"]],
)
def test_a_pair_of_any_language_is_a_boolean_where_the_header_asks(cells: list[str]) -> None:
    assert are_plain_booleans(cells)
    assert is_boolean(cells, "Paid?")
    assert not is_boolean(cells, "Word")


def test_a_third_answer_makes_it_a_text() -> None:
    assert not are_plain_booleans(["Yes", "No", "Partially"])


@pytest.mark.parametrize(
    ("cells", "spelling"),
    [
        (["x", "", "X"], ("x", "")),
        (["✓", "X", "X"], ("✓", "X")),
        (["O", "X", "O"], None),
        (["V", "X", "X"], None),
        (["S", "N", "S"], ("S", "N")),
        (["J", "N"], ("J", "N")),
        (["V", "F", "V"], ("V", "F")),
        (["N", "maybe"], ("Y", "N")),
        (["ja", "nej"], ("ja", "nej")),
    ],
)
def test_a_cross_is_a_yes_only_where_nothing_else_is_and_a_letter_the_column_s_own(
    cells: list[str], spelling: tuple[str, str] | None
) -> None:
    assert find_spelling(cells) == spelling
