"""The tables of a comparison's page say what the API says."""

from typing import Any

import pytest

from schemas.api.replay.comparison import AnswerCounts, ReplayComparison
from services.gateway.console.replay.comparison_view import (
    ANY,
    BAR_WIDTH,
    lay_bar,
    list_counts,
    list_fields,
    list_judgements,
    list_took,
)
from services.replay.comparison.description import describe_comparison
from services.replay.comparison.pair import Verdict
from tests.unit.replay.comparison.pairs import compare_beside_control
from tests.unit.replay.comparison.test_comparison import make_trial


def make_counts(**told: Any) -> AnswerCounts:
    names = ("same", "changed", "better", "worse", "failing", "missing", "neutral", "cells")
    nothing = {"before": None, "now": None}
    values = dict.fromkeys(names, 0) | {"n": 0, "ofAnother": 0, "shares": {}}
    values |= {"costUsd": nothing, "tokens": nothing, "latencyS": nothing}
    return AnswerCounts.model_validate(values | told)


def test_the_five_counts_of_each_row_add_up_to_n() -> None:
    found = ReplayComparison.model_validate(describe_comparison(make_trial().compare(), [], 0))
    rows = list_counts(found)
    assert [row.name for row in rows] == [*found.stages, "all"]
    for row in rows:
        assert sum(count for _, count, _ in row.shares) == row.counts.n
    shares = {name: interval for name, _, interval in rows[0].shares}
    assert shares == rows[0].counts.shares


def test_of_nothing_anything_may_be_the_share() -> None:
    found = ReplayComparison.model_validate(describe_comparison(make_trial().compare(), [], 0))
    empty = found.model_copy(update={"stages": {"row": make_counts()}})
    (row,) = list_counts(empty)
    assert {interval for _, _, interval in row.shares} == {ANY}


def test_the_counts_of_a_field_add_up_to_n() -> None:
    found = ReplayComparison.model_validate(describe_comparison(make_trial().compare(), [], 0))
    (row,) = list_fields(found)
    assert (row.stage, row.name, row.counts.cells) == ("column", "columns/name", 2)
    assert sum(getattr(row.counts, verdict) for verdict in Verdict) == found.stages["column"].n


def test_the_parts_of_the_bar_lie_side_by_side_over_all_of_it() -> None:
    parts = lay_bar(make_counts(n=8, neutral=4, worse=3, missing=1))
    assert [(part.name, part.begin, part.width) for part in parts] == [
        ("neutral", 0.0, 300.0),
        ("worse", 300.0, 225.0),
        ("missing", 525.0, 75.0),
    ]
    assert sum(part.width for part in parts) == BAR_WIDTH
    assert lay_bar(make_counts()) == []


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [(2.0, 3.0, 0.5), (2.0, 1.0, -0.5), (0.0, 0.0, None), (0.0, 1.0, None), (None, None, None)],
)
def test_a_quantity_has_grown_by_a_share_of_before(
    before: float | None, now: float | None, change: float | None
) -> None:
    cost, *_ = list_took(make_counts(costUsd={"before": before, "now": now}))
    assert (cost.before, cost.now, cost.change) == (before, now, change)


def test_what_neither_the_replay_nor_the_control_has_is_left_out() -> None:
    told = describe_comparison(compare_beside_control(worse=30), [], 0)
    rows = list_judgements(ReplayComparison.model_validate(told))
    assert [(row.said.verdict, row.now, row.control, row.said.call) for row in rows] == [
        ("same", 0.7, 0.99, "different"),
        ("worse", 0.3, 0.01, "different"),
    ]
