"""A plan is read at a terminal of 80 columns, whatever its size."""

from dataclasses import replace

import pytest

from services.cli.capacity.formula import make_plan
from services.cli.capacity.view import Basis, describe_plan, plan_lines, show_bytes
from tests.unit.cli.capacity.example import LOAD, TERMS

BASIS = Basis("a table\x1b[2J", "5 s", "free")
SIZES = [(0, "0.0 bytes"), (999, "999 bytes"), (1_500, "1.5 KB"), (2e13, "20.0 TB")]


def show(jobs: float) -> str:
    load = replace(LOAD, jobs_per_min=jobs)
    return "\n".join(plan_lines(load, TERMS, make_plan(load, TERMS), BASIS))


@pytest.mark.parametrize("jobs", [0.01, 1, 600, 10_000, 1_000_000])
def test_no_line_is_wider_than_a_terminal(jobs: float) -> None:
    assert max(map(len, show(jobs).splitlines())) <= 80


@pytest.mark.parametrize(("size", "shown"), [*SIZES, (3e18, "3,000 PB")])
def test_bytes_are_shown_in_the_largest_unit(size: float, shown: str) -> None:
    assert show_bytes(size) == shown


def test_one_job_is_one_job() -> None:
    assert show(1).startswith("1 job a minute, <0.1 a second\n")


def test_more_partitions_than_the_setting_takes_are_warned_of() -> None:
    assert "warning" not in show(600)
    assert "raise STAGE_CONCURRENCY" in show(10_000_000)


def test_words_of_others_move_no_cursor() -> None:
    assert "\x1b" not in show(600)


def test_programs_get_the_same_plan() -> None:
    plan = make_plan(LOAD, TERMS)
    told = describe_plan(LOAD, TERMS, plan, BASIS)
    assert told["partitions"] == plan.partitions
    assert [stage["workers"] for stage in told["stages"]] == [s.workers for s in plan.stages]
    assert told["usdPerHour"] == plan.usd_per_hour
    assert sum(told["topicBytes"].values()) == plan.disk.brokers
