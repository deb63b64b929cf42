"""A job in a terminal."""

from contextlib import redirect_stdout
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from schemas.api.status import JobError, JobState, JobSummary, Links, StageState, StageStatus
from schemas.kafka.headers import ErrorKind
from schemas.stage import STAGE_ORDER, StageName
from services.cli.view.job import (
    ProgressView,
    absence_line,
    change_line,
    part_line,
    print_jobs,
    way_on_lines,
)
from services.cli.view.time import show_age, show_span
from tests.factory import JOB_ID, NOW

ERROR = JobError(
    stage=StageName.TABLE,
    kind=ErrorKind.PROVIDER,
    code="500",
    message="the model server answered 500\x1b[2J",
    is_retryable=True,
)


def stage(name: StageName, **fields: Any) -> StageStatus:
    values = {"state": StageState.PENDING, "attempts": 0, "started_at": None, "ended_at": None}
    return StageStatus.model_validate({"name": name, **values, **fields})


def job(title: str = "Planets", **first: Any) -> JobSummary:
    stages = (stage(StageName.TABLE, **first), *(stage(name) for name in STAGE_ORDER[1:]))
    values: dict[str, Any] = {"job_id": JOB_ID, "table_id": "t", "title": title, "stages": stages}
    values |= {"status": JobState.RUNNING, "progress": 0.0, "accepted_at": NOW, "version": 1}
    values |= {"links": Links(status="/", events="/", cancel="/")}
    absent = dict.fromkeys(("started_at", "completed_at", "error"))
    return JobSummary.model_validate(values | absent)


def shown(summary: JobSummary) -> str:
    console = Console(width=80)
    with console.capture() as capture:
        console.print(ProgressView(summary, NOW))
    return capture.get()


@pytest.mark.parametrize(
    ("in_s", "told"),
    [
        (4, "again in 4 s"),
        (0.2, "again in 1 s"),
        (0, "due for its next try"),
        (-300, "due for its next try"),
        (None, "due for its next try"),
    ],
)
def test_a_stage_that_waits_says_which_attempt_when_and_why(in_s: float | None, told: str) -> None:
    """No time is claimed of one whose time is over: it waits for the stage."""
    waiting: dict[str, Any] = {
        "state": StageState.WAITING,
        "attempts": 2,
        "retry_at": None if in_s is None else NOW + timedelta(seconds=in_s),
    }
    first = shown(job(**waiting, error=ERROR)).splitlines()[0]
    assert f"attempt 2, {told}: the model" in first
    assert "\x1b" not in first
    assert len(first) <= 80


def test_a_stage_that_runs_for_the_first_time_says_nothing_more() -> None:
    assert "attempt" not in shown(job(state=StageState.RUNNING, attempts=1, started_at=NOW))


def test_a_stage_of_several_calls_says_how_many_are_done() -> None:
    calls = {"done": 3, "planned": 4}
    running: dict[str, Any] = {"state": StageState.RUNNING, "attempts": 1, "started_at": NOW}
    assert "3 of 4 calls" in shown(job(**running, calls=calls)).splitlines()[0]
    assert "attempt 2, 3 of 4 calls" in shown(job(**running | {"attempts": 2}, calls=calls))


@pytest.mark.parametrize(
    ("state", "has_part"), [(StageState.COMPLETED, True), (StageState.FAILED, False)]
)
def test_a_failed_job_names_what_shows_the_part_that_there_is(
    state: StageState, has_part: bool
) -> None:
    failed = job(state=state).model_copy(update={"status": JobState.FAILED, "error": ERROR})
    assert (
        f"what there is: brainshare result {str(JOB_ID)[:8]}" in way_on_lines(failed)
    ) is has_part


def listed(*jobs: JobSummary, is_terminal: bool, width: int = 60) -> list[str]:
    file = StringIO()
    with redirect_stdout(file):
        console = Console(file=file, width=width, force_terminal=is_terminal, color_system=None)
        print_jobs(jobs, console, NOW + timedelta(minutes=3))
    return file.getvalue().splitlines()


def test_a_list_at_a_terminal_is_a_line_a_job_that_fits_and_says_age_and_table() -> None:
    lines = listed(job("two\nlines\x1b[31m" + "x" * 200), job("山" * 99), is_terminal=True)
    assert len(lines) == 3
    assert max(map(cell_len, lines)) <= 60
    assert str(JOB_ID)[:8] in lines[1]
    assert "3 min" in lines[1]
    assert "\x1b" not in lines[1]


def test_a_list_in_a_pipe_has_whole_values_between_tabs() -> None:
    (line,) = listed(job("x\ty" * 100), is_terminal=False)
    assert line.split("\t")[0] == str(JOB_ID)
    assert line.split("\t")[-1] == "x y" * 100


def test_states_of_a_gateway_of_a_later_release_are_shown_as_they_are() -> None:
    later = job(state="held back").model_copy(update={"status": JobState("suspended")})
    assert "? table" in " ".join(shown(later).split())
    assert "held back" in shown(later)
    assert "suspended" in listed(later, is_terminal=True)[1]


def test_what_waits_for_a_stage_that_will_not_come_is_not_pending() -> None:
    over = job(state=StageState.FAILED).model_copy(update={"status": JobState.FAILED})
    assert ("pending" in shown(over), "not reached" in shown(over)) == (False, True)


@pytest.mark.parametrize(
    ("seconds", "shown_as"),
    [
        (-1, "0.0 s"),
        (59.96, "60.0 s"),
        (61, "1 min 1 s"),
        (7_300, "2 h 1 min"),
        (180_000, "2 d 2 h"),
    ],
)
def test_a_span_is_told_in_units_that_a_person_reads(seconds: float, shown_as: str) -> None:
    assert show_span(seconds) == shown_as


@pytest.mark.parametrize(
    ("seconds", "shown_as"), [(-5, "now"), (0.9, "now"), (5, "5 s"), (200, "3 min"), (9e4, "1 d")]
)
def test_an_age_is_told_in_its_largest_unit(seconds: float, shown_as: str) -> None:
    assert show_age(NOW, NOW + timedelta(seconds=seconds)) == shown_as


def test_a_long_trouble_is_cut_and_nothing_else_of_its_line() -> None:
    long = ERROR.model_copy(update={"message": f"the model server answered {'x' * 90}"})
    failed = job(state=StageState.FAILED, started_at=NOW, ended_at=NOW, attempts=1, error=long)
    lines = shown(failed).splitlines()
    assert len(lines) == len(STAGE_ORDER) + 1
    assert lines[0].startswith("✗  table   failed ")
    assert lines[0].rstrip().endswith("…")
    assert all(cell_len(line) <= 80 for line in lines)


def ended(status: JobState, **first: Any) -> JobSummary:
    return job(**first).model_copy(update={"status": status, "progress": 0.22})


@pytest.mark.parametrize("status", [JobState.FAILED, JobState.CANCELLED])
def test_a_job_that_gets_no_further_is_not_told_as_if_it_did(status: JobState) -> None:
    over = ended(status, state=StageState.COMPLETED)
    assert shown(over).splitlines()[-1].endswith(f" {status.value} at 22%")
    assert change_line(over).split("\t")[3:] == [
        "table: completed",
        "column: not reached",
        "row: not reached",
    ]


def test_of_a_job_that_ended_early_it_is_told_what_there_is() -> None:
    over = ended(JobState.CANCELLED, state=StageState.COMPLETED)
    assert part_line(over) == (
        f"this is a part: job {JOB_ID} was cancelled; there is table;"
        " there is no column (not reached), row (not reached)"
    )


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (JobState.RUNNING, "is running: there is no suggestion yet"),
        (JobState.CANCELLED, "was cancelled before any stage had suggested something"),
        (JobState.FAILED, "is failed: no stage had suggested something before"),
    ],
)
def test_yet_is_said_of_what_may_still_come(status: JobState, told: str) -> None:
    assert absence_line(ended(status)) == f"job {JOB_ID} {told}"
