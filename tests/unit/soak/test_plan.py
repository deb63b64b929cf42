"""The faults of a soak are drawn before it runs."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from tests.operation.soak.plan import Kind, Lane, draw_plan
from tests.operation.soak.site import Site

SECONDS = 600.0


@contextmanager
def plant(site: Site, chance: random.Random) -> Iterator[str]:
    yield "nothing"


LANES = (
    Lane("one", (5, 9), tuple(Kind(name, plant, (1, 4)) for name in "abcde")),
    Lane("other", (20, 30), (Kind("x", plant),)),
)


def test_the_same_seed_plants_the_same_at_the_same_time() -> None:
    assert draw_plan(LANES, SECONDS, 7) == draw_plan(LANES, SECONDS, 7)
    assert draw_plan(LANES, SECONDS, 7) != draw_plan(LANES, SECONDS, 8)


def test_each_kind_of_a_lane_comes_once_before_one_comes_again() -> None:
    names = [p.kind.name for p in draw_plan(LANES, SECONDS, 1) if p.lane == "one"]
    assert len(names) > 10
    assert sorted(names[:5]) == sorted(names[5:10]) == list("abcde")


def test_one_fault_of_a_lane_is_on_at_a_time_and_none_outlasts_the_run() -> None:
    for lane in LANES:
        plan = [p for p in draw_plan(LANES, SECONDS, 3) if p.lane == lane.name]
        gaps = [b.at_s - a.until_s for a, b in pairwise(plan)]
        assert all(lane.gap_s[0] <= gap <= lane.gap_s[1] for gap in gaps)
        assert plan[-1].until_s <= SECONDS


def test_a_lane_may_end_early_so_that_what_it_kills_is_watched_for_longer() -> None:
    lane = Lane("early", (5, 9), (Kind("x", plant),), share=0.5)
    plan = draw_plan([lane], SECONDS, 1)
    assert SECONDS * 0.4 < plan[-1].until_s <= SECONDS * 0.5
