"""A gateway that has one ended job with a final table."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import pytest

from brainshare_client.request.job import CsvFile
from schemas.api.result import Completeness, SuggestionResult
from schemas.api.status import JobState, JobStatus, Links
from schemas.job.record import Engine
from services.cli.target import options
from services.gateway.job.result_csv import BOM, write_csv
from tests.factory import JOB_ID, NOW
from tests.unit.cli.export.final import make_final


@dataclass
class TableGateway:
    """Answers as told."""

    state: JobState = JobState.COMPLETED
    completeness: Completeness = Completeness.COMPLETE
    warnings: tuple[str, ...] = ()
    engine: Engine = Engine.MODEL
    has_result: bool = True
    asked: list[object] = field(default_factory=list)

    @property
    def jobs(self) -> Self:
        """All that it has."""
        return self

    def get(self, job_id: str) -> JobStatus:
        """The job."""
        self.asked.append(job_id)
        links = Links(status="", events="", cancel="")
        return JobStatus(
            **{"job_id": JOB_ID, "table_id": "t", "title": "People", "status": self.state},
            **{"progress": 1.0, "accepted_at": NOW, "started_at": NOW, "completed_at": NOW},
            **{"error": None, "stages": (), "version": 1, "links": links},
            result=self._result() if self.has_result else None,
        )

    def result_csv(self, job_id: str, *, bom: bool = False) -> CsvFile:
        """Its table."""
        content = write_csv(make_final()[0], self.engine)
        return CsvFile((BOM if bom else b"") + content, self.engine is Engine.DEMO)

    def _result(self) -> SuggestionResult:
        told: dict[str, Any] = {"status": self.completeness, "warnings": self.warnings}
        return make_final()[1].model_copy(update=told)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> TableGateway:
    """The one that commands find."""
    fake = TableGateway()
    let_commands_find(fake, monkeypatch)
    return fake


def let_commands_find(fake: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command ask this one."""

    @contextmanager
    def connect(_url: str, **_patience: object) -> Iterator[object]:
        yield fake

    monkeypatch.setattr(options, "connect", connect)
