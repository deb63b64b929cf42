"""A job in a terminal."""

from datetime import timedelta
from typing import Any

from rich.console import Console

from schemas.api.status import JobError, JobState, JobSummary, Links, StageState, StageStatus
from schemas.kafka.headers import ErrorKind
from schemas.stage import STAGE_ORDER, StageName
from services.cli.view.job import job_line, progress_view
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
        console.print(progress_view(summary, NOW))
    return capture.get()


def test_a_stage_that_waits_says_which_attempt_when_and_why() -> None:
    waiting: dict[str, Any] = {
        "state": StageState.WAITING,
        "attempts": 2,
        "retry_at": NOW + timedelta(seconds=4),
    }
    first = shown(job(**waiting, error=ERROR)).splitlines()[0]
    assert "attempt 2, again in 4 s: the model server" in first
    assert "\x1b" not in first
    assert len(first) <= 80


def test_a_stage_that_runs_for_the_first_time_says_nothing_more() -> None:
    assert "attempt" not in shown(job(state=StageState.RUNNING, attempts=1, started_at=NOW))


def test_a_title_is_one_line_without_what_a_terminal_obeys() -> None:
    line = job_line(job("two\nlines\x1b[31m" + "x" * 200)).plain
    assert ("\n" in line, "\x1b" in line) == (False, False)
    assert len(line) < 130


def test_states_of_a_gateway_of_a_later_release_are_shown_as_they_are() -> None:
    later = job(state="held back").model_copy(update={"status": JobState("suspended")})
    assert "? table" in " ".join(shown(later).split())
    assert "held back" in shown(later)
    assert "suspended" in job_line(later).plain
