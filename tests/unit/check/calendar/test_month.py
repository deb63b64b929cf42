"""Months by their names."""

import pytest

from services.check.calendar.month import MONTHS, SOURCE, list_months
from tests.unit.check.calendar.cldr import write_months


def test_the_names_are_those_of_cldr() -> None:
    assert SOURCE.read_text(encoding="utf-8") == write_months(), "run `make generate`"


def test_every_english_name_and_its_short_form_is_one_month() -> None:
    for number, name in enumerate(MONTHS, 1):
        assert list_months(name, None) == list_months(name[:3].upper(), "de") == {number}


@pytest.mark.parametrize(
    ("word", "language", "months"),
    [
        ("listopad", None, {10, 11}),
        ("listopad", "cs", {11}),
        ("listopad", "hr", {10}),
        ("listopad", "de", {10, 11}),
        ("März", None, {3}),
        ("marzo", "en", {3}),
        ("בינואר", "he", {1}),
        ("Mars", None, {3}),
        ("Monday", None, set()),
    ],
)
def test_a_word_may_be_another_month_elsewhere(
    word: str, language: str | None, months: set[int]
) -> None:
    assert list_months(word, language) == months
