"""Programs are told all counts with their intervals, and what differs by path and by word."""

import pytest

from schemas.api.replay.comparison import ReplayComparison
from services.replay.comparison.comparison import Comparison
from services.replay.comparison.description import FIVE, describe_comparison
from services.replay.comparison.pair import Verdict
from tests.unit.replay.comparison.pairs import compare
from tests.unit.replay.comparison.test_comparison import make_trial
from tests.unit.replay.comparison.test_control import JOBS, Run


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


def test_the_api_says_all_that_the_command_does() -> None:
    run = Run(worse=30)
    for number in JOBS:
        run.answer(number)
    told = describe_comparison(run.compare(), [], 2)
    assert told["control"]["isDifferent"]
    shown = ReplayComparison.model_validate(told).model_dump(mode="json", by_alias=True)
    cells = [cell for one in shown["worst"] for cell in one["cells"]]
    assert [cell.pop("words") is None for cell in cells if "words" in cell]
    for cell in (cell for one in told["worst"] for cell in one["cells"]):
        cell.pop("words", None)
    assert shown == told | {"failures": None}
