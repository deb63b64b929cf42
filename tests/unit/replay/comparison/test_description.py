"""Programs are told all counts with their intervals, and what differs by path and by word."""

import pytest

from services.replay.comparison.comparison import Comparison
from services.replay.comparison.description import FIVE, describe_comparison
from services.replay.comparison.pair import Verdict
from tests.unit.replay.comparison.pairs import compare
from tests.unit.replay.comparison.test_comparison import make_trial


def test_five_shares_are_told_with_their_intervals() -> None:
    told = describe_comparison(make_trial().compare(), [], 0)["all"]
    assert [*told["shares"]] == [*FIVE] == ["neutral", "better", "worse", "failing", "missing"]
    assert sum(told[name] for name in FIVE) == told["n"] == 7
    low, high = told["shares"]["better"].values()
    assert (low, high) == pytest.approx((0.0822, 0.6411), abs=1e-4)


def test_a_cell_is_told_by_its_path_and_a_text_by_its_words() -> None:
    found = compare(
        {"columns": [{"name": "Mass", "why": "in grams", "unit": 1}]},
        {"columns": [{"name": "Mass", "why": "in kilograms", "unit": 2}]},
    )
    cells = describe_comparison(found, [], 1)["worst"][0]["cells"]
    assert cells == [
        {"path": "columns/0/unit", "before": 1, "after": 2},
        {
            "path": "columns/0/why",
            "before": "in grams",
            "after": "in kilograms",
            "words": [{"kept": "in "}, {"gone": "grams"}, {"new": "kilograms"}],
        },
    ]


def test_what_failed_has_no_cells() -> None:
    found = compare({"title": "a"}, None)
    assert found.pairs[0].verdict is Verdict.FAILING
    assert describe_comparison(found, [], 1)["worst"][0]["cells"] == []


def test_nothing_is_told_of_nothing() -> None:
    told = describe_comparison(Comparison(make_trial().manifest, ()), [], 3)
    assert (told["all"]["n"], told["worst"]) == (0, [])
