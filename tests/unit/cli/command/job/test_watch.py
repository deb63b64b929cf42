"""Ctrl-C in a watch: the job goes on, and its id is in what is said."""

from collections.abc import Iterator
from typing import Self, cast

import pytest

from schemas.api.status import JobSummary
from services.cli.client.command_client import CommandClient
from services.cli.command.job.watch import watch_job
from services.cli.terminal.error import Interrupted, error_line
from tests.factory import JOB_ID
from tests.unit.cli.view.test_job import job

ID = str(JOB_ID)


class Gateway:
    """Tells of so many changes until Ctrl-C is pressed."""

    def __init__(self, changes: list[JobSummary]) -> None:
        self._changes = changes

    @property
    def jobs(self) -> Self:
        return self

    def watch(self, _: str) -> Iterator[JobSummary]:
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
