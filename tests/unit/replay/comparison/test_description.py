"""Programs are told all counts with their intervals, and what differs by path and by word."""

import pytest

from schemas.api.replay.comparison import ReplayComparison
from schemas.stage import StageName
from services.replay.comparison.comparison import Comparison
from services.replay.comparison.description import FIVE, describe_comparison
from services.replay.comparison.field_count import name_field
from services.replay.comparison.pair import Verdict
from tests.unit.replay.comparison.pairs import compare
from tests.unit.replay.comparison.test_comparison import LACKING, Trial, make_trial
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


def test_each_field_that_differs_is_counted_over_all_answers() -> None:
    trial = Trial()
    for number in range(1, 6):
        trial.before(number, "Mass", "Age", **({"missing": (LACKING,)} if number == 2 else {}))
    trial.plan()
    trial.now(1, "Mass", "Age")
    trial.now(2, "Weight", "Years")
    trial.now(3, "Weight", "Age")
    trial.fails_now(4)
    told = describe_comparison(trial.compare(), [], 0)
    counts = {"same": 1, "changed": 1, "better": 1, "worse": 0, "failing": 1, "missing": 1}
    assert told["stages"]["column"]["fields"] == {"columns/name": counts | {"cells": 3}}
    assert told["all"]["fields"] == {}


def test_an_answer_in_which_a_field_is_as_before_is_the_same_for_that_field() -> None:
    found = compare(
        {"columns": [{"name": "Mass", "why": "a"}, {"name": "Age", "why": "b"}]},
        {"columns": [{"name": "Mass", "why": "c"}, {"name": "Year", "why": "d"}]},
    )
    why, name = found.fields_of(StageName.COLUMN)
    assert (why.name, why.cells, dict(why.counts)) == ("columns/why", 2, {Verdict.CHANGED: 1})
    assert (name.name, name.cells, dict(name.counts)) == ("columns/name", 1, {Verdict.CHANGED: 1})
    (same,) = compare({"a": 1, "b": 1}, {"a": 1, "b": 2}).fields_of(StageName.COLUMN)
    assert (same.name, same.cells) == ("b", 1)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("title", "title"),
        ("columns/0/name", "columns/name"),
        ("fill/12/cells/3", "fill/cells"),
        ("columns/0/enumValues/10", "columns/enumValues"),
        ("v2/0", "v2"),
    ],
)
def test_a_field_is_a_path_without_positions(path: str, name: str) -> None:
    assert name_field(path) == name


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
