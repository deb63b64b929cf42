"""`brainshare retry --watch` follows the new run, and does not take the old one's end for it."""

from collections.abc import Iterator
from typing import Self

import pytest
from click.testing import CliRunner

from schemas.api.status import JobState, JobSummary
from services.cli.__main__ import main
from tests.factory import JOB_ID
from tests.unit.cli.command.job.table_gateway import let_commands_find
from tests.unit.cli.view.test_job import job

ID = str(JOB_ID)


def job_at(version: int, state: JobState) -> JobSummary:
    return job().model_copy(update={"version": version, "status": state})


class Gateway:
    """Knows for a moment only how the job ended before."""

    @property
    def jobs(self) -> Self:
        return self

    def retry(self, _: str, *, reason: str) -> JobSummary:
        return job_at(7, JobState.FAILED)

    def watch(self, _: str, newer_than: int = -1) -> Iterator[JobSummary]:
        ended = job_at(7, JobState.FAILED)
        yield ended
        if newer_than >= ended.version:
            yield job_at(8, JobState.RUNNING)
            yield job_at(9, JobState.COMPLETED)


def test_the_new_run_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    let_commands_find(Gateway(), monkeypatch)
    done = CliRunner().invoke(main, ["retry", ID, "--watch"])
    first, *changes = done.stdout.splitlines()
    assert first == f"job {ID} runs again"
    assert [line.split("\t")[1] for line in changes] == ["running", "completed"]
    assert (done.exit_code, done.stderr) == (0, "")


def test_without_it_the_line_that_would_watch_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    let_commands_find(Gateway(), monkeypatch)
    done = CliRunner().invoke(main, ["retry", ID])
    assert (done.stdout, done.stderr) == (
        f"job {ID} runs again\n",
        f"see how: brainshare watch {ID[:8]}\n",
    )
