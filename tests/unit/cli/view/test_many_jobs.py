"""Several jobs in a terminal: a line each, as far as there is room."""

import io

import pytest
from rich.console import Console

from schemas.api.status import JobState, JobSummary, Links
from services.cli.view.many_jobs import ManyJobsView
from tests.factory import JOB_ID, NOW


def summary(title: str, status: JobState, progress: float) -> JobSummary:
    return JobSummary(
        **{"job_id": JOB_ID, "table_id": "t", "title": title, "status": status},
        **{"progress": progress, "accepted_at": NOW, "started_at": None, "completed_at": None},
        **{"error": None, "stages": (), "version": 1},
        links=Links(status="", events="", cancel=""),
    )


def shown(jobs: list[JobSummary], width: int = 60, height: int = 24) -> list[str]:
    text = io.StringIO()
    Console(file=text, width=width, height=height).print(ManyJobsView(jobs, len(jobs)))
    return text.getvalue().splitlines()


JOBS = [
    summary("Cheeses of France", JobState.COMPLETED, 1.0),
    summary("Rivers \x1b[31mof\nItaly", JobState.RUNNING, 1 / 3),
    summary("Lakes", JobState.FAILED, 2 / 3),
]


def test_each_job_has_a_line_and_what_has_ended_is_counted() -> None:
    assert [line.split() for line in shown(JOBS)] == [
        ["00000000", "██████████", "completed", "Cheeses", "of", "France"],
        ["00000000", "███░░░░░░░", "running", "Rivers", "[31mof", "Italy"],
        ["00000000", "███████░░░", "failed", "Lakes"],
        ["2", "of", "3", "have", "ended,", "1", "completed"],
    ]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = summary("x" * 200, JobState.RUNNING, 0.5)
    assert max(map(len, shown([long], width))) <= width


def test_where_there_is_no_room_for_all_those_that_have_ended_are_left_out() -> None:
    many = [*JOBS, *(summary(f"Table {n}", JobState.RUNNING, 0.0) for n in range(50))]
    lines = shown(many, height=10)
    assert len(lines) == 8
    assert "Rivers" in lines[0]
    assert lines[-1].startswith("2 of 53 have ended")
