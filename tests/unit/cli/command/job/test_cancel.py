"""Ctrl-C in `brainshare cancel`: the job is being cancelled all the same, and that is said."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Self

import pytest
from click.testing import CliRunner

from schemas.api.status import JobSummary
from services.cli.__main__ import main
from services.cli.command.job import cancel
from tests.factory import JOB_ID
from tests.unit.cli.command.job.table_gateway import let_commands_find

ID = str(JOB_ID)


class Gateway:
    """Ctrl-C is pressed while the end is waited for."""

    @property
    def jobs(self) -> Self:
        """All that it has."""
        return self

    def cancel(self, job_id: str, *, reason: str) -> None:
        """It is asked for."""

    def watch(self, _: str, newer_than: int = -1) -> Iterator[JobSummary]:
        """None comes."""
        yield from ()
        raise KeyboardInterrupt


def test_a_call_is_told_of_by_the_receipt_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether one was open is not known before: the job may only have waited."""
    let_commands_find(Gateway(), monkeypatch)
    waited_for: list[str] = []

    def note(what: str) -> AbstractContextManager[None]:
        waited_for.append(what)
        return nullcontext()

    monkeypatch.setattr(cancel, "say_waiting", note)
    CliRunner().invoke(main, ["cancel", ID])
    assert waited_for == [f"job {ID} to end: if a call is under way, it is closed first"]


def test_it_is_said_that_the_cancel_goes_on_and_how_to_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let_commands_find(Gateway(), monkeypatch)
    done = CliRunner().invoke(main, ["cancel", ID])
    told = " ".join(done.stderr.split())
    assert f"not waited for: job {ID} is being cancelled; `brainshare status {ID}` shows" in told
    assert (done.exit_code, done.stdout) == (130, "")
