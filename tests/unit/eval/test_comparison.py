"""Two runs side by side: what was added, removed or changed, and which case got worse."""

from typing import Any

import pytest

from tests.eval.bootstrap import estimate_mean
from tests.eval.comparison import Difference, Kind, Pair, estimate_change, pair_up
from tests.eval.outcome import CaseOutcome, Effort, Evaluation, load, save

PLANET = {"name": "Planet", "data_type": "text"}
MOONS = {"name": "Moons", "data_type": "integer"}
EFFORT = Effort(calls=3, asked_again=0, latencies_s=(0.1,), input_tokens=1, output_tokens=1)


def make_outcome(*rows: tuple[str, ...], **fields: Any) -> CaseOutcome:
    known: dict[str, Any] = {
        "case": "title-planets",
        "model": "m",
        "columns": [
            {"name": "Planet", "data_type": "text"},
            {"name": "Moons", "data_type": "integer"},
        ],
        "headers": ["Planet", "Moons"],
        "rows": rows or (("Mars", "2"),),
        "effort": EFFORT,
    }
    return CaseOutcome.model_validate(known | fields)


def make_evaluation(*outcomes: CaseOutcome) -> Evaluation:
    models = tuple(dict.fromkeys(outcome.model for outcome in outcomes))
    return Evaluation(engine="demo", models=models, prompts={}, outcomes=outcomes)


def test_rows_are_recognized_by_their_primary_value_whatever_their_order() -> None:
    old = make_outcome(("Mars", "2"), ("Venus", "0"), ("Pluto", "5"))
    new = make_outcome(("Earth", "1"), ("VENUS ", "0"), ("Mars", "3"))
    assert Pair(old, new).differences == (
        Difference(Kind.CHANGED, "row mars, Moons", "2", "3"),
        Difference(Kind.CHANGED, "row venus, Planet", "Venus", "VENUS "),
        Difference(Kind.REMOVED, "row pluto"),
        Difference(Kind.ADDED, "row earth"),
    )


def test_columns_are_recognized_by_name_and_may_change_their_type() -> None:
    columns = [{"name": "moons", "data_type": "text"}, {"name": "Radius", "data_type": "decimal"}]
    assert Pair(make_outcome(), make_outcome(columns=columns)).differences == (
        Difference(Kind.REMOVED, "column Planet"),
        Difference(Kind.TYPE_CHANGED, "column moons", "integer", "text"),
        Difference(Kind.ADDED, "column Radius"),
    )


@pytest.mark.parametrize(
    ("fields", "regressions"),
    [
        ({}, ()),
        ({"hard": ("C02",)}, ("breaks C02",)),
        ({"failure": "output-invalid C04"}, ("fails: output-invalid C04",)),
        ({"is_partial": True}, ("is partial",)),
        ({"soft": {"fill": 0.5}}, ("fill 0.90 to 0.50",)),
        ({"soft": {"fill": 0.88}}, ()),
        ({"soft": {"gold": 0.0}}, ()),
    ],
)
def test_a_regression_is_what_was_better_before(
    fields: dict[str, Any], regressions: tuple[str, ...]
) -> None:
    old, new = make_outcome(soft={"fill": 0.9}), make_outcome(**fields)
    assert Pair(old, new).regressions == regressions


def test_runs_of_other_models_are_paired_in_their_order() -> None:
    old, new = make_evaluation(make_outcome()), make_evaluation(make_outcome(model="other"))
    assert [(pair.old.model, pair.new.model) for pair in pair_up(old, new)] == [("m", "other")]
    assert pair_up(make_evaluation(make_outcome(case="else")), new) == ()


def test_a_change_is_averaged_over_the_cases_that_have_the_score_twice() -> None:
    old = (make_outcome(soft={"fill": 0.5}), make_outcome(), make_outcome(soft={"fill": 1}))
    new = make_outcome(soft={"fill": 1})
    change = estimate_change(tuple(Pair(before, new) for before in old), "fill")
    assert change is not None
    assert (change.mean, change.low >= 0, change.high <= 0.5) == (0.25, True, True)


def test_an_interval_is_the_same_each_time_and_narrows_with_more_values() -> None:
    few, many = estimate_mean([0, 1] * 4), estimate_mean([0, 1] * 400)
    assert few == estimate_mean([0, 1] * 4)
    assert few is not None
    assert many is not None
    assert few.low <= 0.5 <= few.high
    assert many.high - many.low < few.high - few.low
    assert estimate_mean([]) is None


def test_a_saved_run_is_read_as_it_was(tmp_path: Any) -> None:
    evaluation = make_evaluation(make_outcome(fills={"r1": {"Moons": "1"}}))
    save(evaluation, tmp_path / "a.json")
    assert load(tmp_path / "a.json") == evaluation
