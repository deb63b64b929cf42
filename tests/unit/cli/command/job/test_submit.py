"""Whoever has watched a job to its end is told how to see what came of it."""

from collections.abc import Iterator
from typing import Self

import pytest
from click.testing import CliRunner

from schemas.api.status import JobState, JobSummary
from services.cli.__main__ import main
from services.cli.command.job import submit
from tests.factory import JOB_ID
from tests.unit.cli.command.job.table_gateway import let_commands_find
from tests.unit.cli.view.test_job import job


class Gateway:
    """Takes a job that ends at once."""

    def __init__(self, state: JobState) -> None:
        self._ended = job().model_copy(update={"status": state, "progress": 1.0})

    @property
    def jobs(self) -> Self:
        """All that it has."""
        return self

    def post(self, body: bytes, key: str) -> JobSummary:
        """It is taken."""
        return self._ended

    def watch(self, _: str, newer_than: int = -1) -> Iterator[JobSummary]:
        """It has ended."""
        yield self._ended


@pytest.mark.parametrize(
    ("state", "hints"),
    [
        (JobState.COMPLETED, [f"see it with `brainshare result {str(JOB_ID)[:8]}`"]),
        (JobState.CANCELLED, []),
    ],
)
def test_the_next_command_is_named(
    state: JobState, hints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    let_commands_find(Gateway(state), monkeypatch)
    told: list[str] = []
    monkeypatch.setattr(submit, "hint", told.append)
    CliRunner().invoke(main, ["submit", "Cheeses of France", "--watch"])
    assert told == hints
