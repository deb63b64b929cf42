"""At a terminal a text that was edited is told by its words, and all else from what to what."""

from typing import Any

import pytest

from schemas.api.replay.comparison import ReplayComparison
from services.cli.report.comparison_view import comparison_lines, tell_change
from services.replay.comparison.comparison import Comparison
from services.replay.comparison.description import describe_comparison
from tests.unit.replay.comparison.pairs import compare

LONG = "word " * 30


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("in grams", "in kilograms", "in [-grams-]{+kilograms+}"),
        ("Mass", "Weight", '"Mass" -> "Weight"'),
        (None, "Mass", 'null -> "Mass"'),
        (1, 2, "1 -> 2"),
        ("a \x1b[31mred", "a \x1b[31mblue", "a  [[-31mred-]{+31mblue+}"),
        (f"{LONG}old", f"{LONG}new", "…word word word word [-old-]{+new+}"),
        (f"old {LONG}", f"new {LONG}", "[-old-]{+new+} word word word word…"),
    ],
)
def test_a_change_is_told(before: Any, now: Any, told: str) -> None:
    assert tell_change(before, now) == told


def tell(found: Comparison, shown: int) -> list[str]:
    told = ReplayComparison.model_validate(describe_comparison(found, [], shown))
    return [*comparison_lines(told)]


def test_the_worst_case_is_told_cell_by_cell() -> None:
    found = compare({"columns": [{"why": "in grams"}]}, {"columns": [{"why": "in tons"}]})
    lines = tell(found, 1)
    assert lines[-1] == "  columns/0/why: in [-grams-]{+tons+}"


def test_each_field_that_differs_is_told() -> None:
    before, now = ({"columns": [{"name": name, "why": why}]} for name, why in ("ab", "cd"))
    lines = tell(compare(before, now), 0)
    assert [line for line in lines if line.startswith("differs")] == [
        "differs: column columns/name, 1 value in answers that are 1 changed",
        "differs: column columns/why, 1 value in answers that are 1 changed",
    ]
