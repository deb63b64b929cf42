"""A watch: one job, several or all; after Ctrl-C they go on, and that is said."""

import json
from collections.abc import Iterator, Sequence
from typing import Self, cast
from uuid import UUID

import pytest
from click.testing import CliRunner

from brainshare_client import JobChange, NotFound
from schemas.api.problem import Problem
from schemas.api.status import FeedPage, JobState, JobSummary
from services.cli.__main__ import main
from services.cli.client.command_client import CommandClient
from services.cli.command.job.watch import watch_job
from services.cli.terminal.error import GatewayUnreachable, Interrupted, JobFailed, error_line
from tests.factory import JOB_ID
from tests.unit.cli.command.job.table_gateway import let_commands_find
from tests.unit.cli.view.test_job import job

ID = str(JOB_ID)


class Gateway:
    """Tells of so many changes until Ctrl-C is pressed."""

    def __init__(self, changes: list[JobSummary]) -> None:
        self._changes = changes

    @property
    def jobs(self) -> Self:
        return self

    def watch(self, _: str, newer_than: int = -1) -> Iterator[JobSummary]:
        yield from self._changes
        raise KeyboardInterrupt


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("changes", [[], [job()]])
def test_it_is_said_that_the_job_goes_on_and_how_to_look(
    changes: list[JobSummary], as_json: bool
) -> None:
    with pytest.raises(Interrupted) as ended:
        watch_job(cast(CommandClient, Gateway(changes)), ID, as_json)
    assert error_line(ended.value) == (
        f"no longer watched: job {ID} goes on. Look again with `brainshare watch {ID}`,"
        f" stop it with `brainshare cancel {ID}`"
    )
    assert ended.value.exit_code == 130


class Leaving(Gateway):
    """Tells of so many changes, and is gone."""

    def watch(self, _: str, newer_than: int = -1) -> Iterator[JobSummary]:
        yield from self._changes
        raise GatewayUnreachable("no gateway answers at http://127.0.0.1:8000")


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    ("changes", "more"),
    [([], ""), ([job()], f"; job {ID[:8]} is kept, and goes on when its stack runs again")],
)
def test_of_a_job_that_was_seen_it_is_said_that_it_is_not_lost(
    changes: list[JobSummary], more: str, as_json: bool
) -> None:
    with pytest.raises(GatewayUnreachable) as ended:
        watch_job(cast(CommandClient, Leaving(changes)), ID, as_json)
    assert ended.value.message == f"no gateway answers at http://127.0.0.1:8000{more}"


def job_as(state: JobState, number: int = 1) -> JobSummary:
    return job().model_copy(update={"status": state, "job_id": UUID(int=number)})


class Everything:
    """Tells how all jobs are, then of each change, until Ctrl-C is pressed."""

    @property
    def events(self) -> Self:
        return self

    def watch(self) -> Iterator[FeedPage]:
        ended, begun = job_as(JobState.COMPLETED), job_as(JobState.RUNNING, 2)
        for jobs, is_reset in (((begun, ended), True), ((begun,), False), ((ended,), False)):
            yield FeedPage(events=(), jobs=jobs, next="f-1", is_reset=is_reset)
        raise KeyboardInterrupt


def test_of_all_jobs_those_that_run_are_told_and_then_each_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let_commands_find(Everything(), monkeypatch)
    done = CliRunner().invoke(main, ["watch", "--all"])
    assert [line.split("\t")[1] for line in done.stdout.splitlines()] == ["running", "completed"]
    assert (done.exit_code, done.stderr) == (130, "no longer watched: the jobs go on\n")
    as_json = CliRunner().invoke(main, ["watch", "--all", "--json"]).stdout.splitlines()
    assert [json.loads(line)["status"] for line in as_json] == ["running"] * 2 + ["completed"]


class Several:
    """Of three jobs one completes, one is cancelled and one is not there."""

    @property
    def jobs(self) -> Self:
        return self

    def watch_many(self, job_ids: Sequence[str]) -> Iterator[JobChange]:
        problem = Problem(type="", title="", status=404, detail="none", instance="", request_id="")
        yield JobChange(job_ids[0], job_as(JobState.COMPLETED, 1))
        yield JobChange(job_ids[1], job_as(JobState.CANCELLED, 2))
        yield JobChange(job_ids[2], error=NotFound(problem))


def test_of_several_each_that_did_not_go_well_is_told_and_the_first_is_the_status(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let_commands_find(Several(), monkeypatch)
    ids = [str(UUID(int=number)) for number in (1, 2, 3)]
    done = CliRunner().invoke(main, ["watch", *ids])
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ids[:2]
    told = " ".join(done.stderr.split())
    assert f"error: job {ids[2]}: none" in told
    assert f"error: job {ids[1]} is cancelled" in told
    assert told.endswith("error: 2 of 3 did not go well, see above")
    assert done.exit_code == JobFailed.exit_code
