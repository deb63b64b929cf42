"""A job's file as a gateway answers with it, and commands that find that gateway."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic_core import to_json

from brainshare_client.exchange.call import Call
from schemas.api.job.file import JobFact, JobFile
from schemas.stage import StageName
from services.cli.__main__ import main
from services.cli.command.job_file import export
from services.cli.terminal.error import GatewayUnreachable
from tests.factory import JOB_ID, NOW
from tests.unit.cli.command.job.table_gateway import TableGateway
from tests.unit.cli.export.final import make_final

FACT = JobFact(
    sequence=1,
    kind="accepted",
    stage=StageName.TABLE,
    attempt=1,
    redrive=0,
    at=NOW,
    topic="table.requests",
    partition=0,
    offset=0,
)


def make_file(**changes: Any) -> bytes:
    """The answer of a gateway; a part that this release does not know is in it."""
    file = JobFile(
        job=TableGateway().get(str(JOB_ID)),
        history=(FACT,),
        record=make_final()[0].model_dump(mode="json", by_alias=True),
        redacted=("/job/title",),
    )
    document = file.model_dump(mode="json", by_alias=True)
    return to_json(document | {"later": {"é": "\u202e", "n": 1.5}} | changes)


class Gateway:
    """Answers with the file."""

    def run(self, asked: Call[bytes]) -> bytes:
        """It is of the one job."""
        assert asked.path == f"/v1/jobs/{JOB_ID}/file"
        return make_file()


def let_export_find(monkeypatch: pytest.MonkeyPatch, *, is_there: bool) -> None:
    """Let the command find a gateway, or none."""

    @contextmanager
    def open_gateway(_target: object) -> Iterator[Gateway]:
        if not is_there:
            raise GatewayUnreachable("no gateway answers")
        yield Gateway()

    monkeypatch.setattr(export, "open_gateway", open_gateway)


def run(folder: Path, *words: str) -> Result:
    """Run a command with a data folder of its own."""
    return CliRunner().invoke(main, [*words, "--data-dir", str(folder)])
