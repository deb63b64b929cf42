"""What is said of a replay beside its own values."""

from typing import Any
from uuid import UUID

import pytest

from schemas.api.replay.run import ReplayCounts, ReplayLinks, ReplayPace, ReplayRun, ReplayStage
from schemas.stage import StageName
from services.gateway.console.replay.view import (
    show_acts,
    show_plan,
    show_progress,
)
from tests.unit.gateway.example import NOW

PACE = ReplayPace(rate=2.0, live_wait_s=10, max_cost_usd=None, max_failed_percent=None)
NO_JOBS = dict.fromkeys(ReplayCounts.model_fields, 0)
NO_LINKS = dict.fromkeys(ReplayLinks.model_fields, "")


def make_run(state: str = "planned", total: int = 10, **told: Any) -> ReplayRun:
    counts = {name: told.pop(name) for name in list(told) if name in NO_JOBS}
    waiting = {"waiting": total - sum(counts.values())}
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "state": state,
        "stage": "column",
        "prompt_version": "column-9",
        "model": None,
        "planned_at": NOW,
        "total": total,
        "jobs": NO_JOBS | waiting | counts,
        "excluded": {},
        "differs": {},
        "expected": (),
        "pace": None,
        "held_back_s": 0.0,
        "detail": None,
        "reason": "",
        "by": "local",
        "tenant": None,
        "ended_at": None,
        "links": NO_LINKS,
    }
    return ReplayRun.model_validate(values | told)


def make_stage(stage: StageName, cost_usd: float | None) -> ReplayStage:
    counts = {"jobs": 10, "measured": 8, "assumed": 2, "calls": 10}
    return ReplayStage(stage=stage, input_tokens=100, output_tokens=10, cost_usd=cost_usd, **counts)


@pytest.mark.parametrize(
    ("costs", "cost"), [((), None), ((0.5,), 0.5), ((0.5, 0.25), 0.75), ((0.5, None), None)]
)
def test_the_cost_of_a_plan_is_known_where_that_of_each_stage_is(
    costs: tuple[float | None, ...], cost: float | None
) -> None:
    stages = (StageName.COLUMN, StageName.ROW)
    expected = tuple(make_stage(*one) for one in zip(stages, costs, strict=False))
    found = show_plan(make_run(expected=expected))
    assert (found.cost_usd, found.calls) == (cost, 10 * len(costs))


@pytest.mark.parametrize("rate", [None, 2.0])
def test_how_long_it_takes_to_start_all_rests_on_its_pace_or_on_the_default(
    rate: float | None,
) -> None:
    pace = None if rate is None else PACE
    assert show_plan(make_run(pace=pace)).rate == (rate or 5.0)


def test_what_is_left_out_of_a_plan_is_told_the_most_first() -> None:
    found = show_plan(make_run(excluded={"b": 1, "a": 1, "c": 7}))
    assert found.excluded == [("c", 7), ("a", 1), ("b", 1)]


def test_progress_adds_up_to_all() -> None:
    counts = {"completed": 3, "failed": 1, "gone": 1, "running": 2, "pending": 1}
    found = show_progress(make_run("running", pace=PACE, **counts))
    assert sum(count for _, count in found.parts) == found.total == 10
    assert (found.ended, found.under_way, found.left_s) == (5, 3, 1.0)
    assert found.told == "3 completed, 1 failed, 1 gone, 3 under way, 2 waiting of 10"


@pytest.mark.parametrize(
    ("state", "counts", "is_moving"),
    [
        ("planned", {}, False),
        ("running", {}, True),
        ("aborting", {}, True),
        ("paused", {}, False),
        ("paused", {"running": 1}, True),
        ("completed", {"completed": 10}, False),
        ("completed", {"completed": 9, "pending": 1}, True),
        ("aborted", {"cancelled": 10}, False),
    ],
)
def test_a_page_follows_what_has_more_to_come(
    state: str, counts: dict[str, int], is_moving: bool
) -> None:
    assert show_progress(make_run(state, **counts)).is_moving is is_moving


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        ("planned", "start abort"),
        ("running", "pause abort"),
        ("paused", "start abort"),
        ("stopped", "start abort"),
        ("completed", "abort"),
        ("aborting", ""),
        ("aborted", ""),
    ],
)
def test_what_can_be_done_is_by_the_state(state: str, acts: str) -> None:
    found = show_acts(make_run(state, running=1))
    assert [name for name in ("start", "pause", "abort") if getattr(found, name)] == acts.split()


def test_what_has_ended_is_not_aborted_and_what_is_of_no_job_is_not_started() -> None:
    assert not show_acts(make_run("completed", completed=10)).abort
    assert not show_acts(make_run("planned", total=0)).start
