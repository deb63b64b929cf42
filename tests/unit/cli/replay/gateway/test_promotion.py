"""A bulk action over a replay's results is followed to its end, and each job skipped is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import pytest

from schemas.api.batch import BulkAction, BulkJob, BulkKind, BulkLinks, BulkOutcome, BulkState
from services.cli.client import following
from services.cli.client.command_client import CommandClient
from services.cli.replay.gateway.promotion import tell_end
from services.cli.terminal.error import CliError
from tests.factory import NOW
from tests.unit.replay.past import job_id


def make_bulk(state: BulkState, done: int, skipped: int) -> BulkAction:
    told: dict[str, Any] = {"total": 3, "done": done, "skipped": skipped}
    told |= {"waiting": 3 - done - skipped, "reason": "", "by": "local", "tenant": None}
    told |= {"created_at": NOW, "ended_at": None, "id": UUID(int=1), "action": BulkKind.PROMOTE}
    return BulkAction(**told, state=state, links=BulkLinks(status="", jobs="", stop=""))


BEGUN = make_bulk(BulkState.RUNNING, 0, 1)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LOOK_S", 0.0)


@dataclass
class FakeGateway:
    """Says how the action has ended, and names what was skipped."""

    ended: BulkAction

    @property
    def bulk_actions(self) -> "FakeGateway":
        return self

    def get(self, _bulk_id: str) -> BulkAction:
        return self.ended

    def jobs(self, _bulk_id: str, outcome: str) -> Iterator[BulkJob]:
        assert outcome == "skipped"
        yield BulkJob(job_id=job_id(3), outcome=BulkOutcome.SKIPPED, detail="it is \x1b[31mworse")


def tell(ended: BulkAction) -> BulkAction:
    return tell_end(cast(CommandClient, FakeGateway(ended)), BEGUN, "promoted")


def test_it_is_told_as_the_command_tells_it_of_a_manifest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert tell(make_bulk(BulkState.COMPLETED, 2, 1)).done == 2
    first, second = capsys.readouterr().out.splitlines()
    assert first == "promoted 2 of 3 results, 1 skipped"
    assert second.startswith(f"skipped {job_id(3)}: it is ")
    assert "\x1b" not in second


def test_one_that_somebody_has_stopped_is_not_at_its_end() -> None:
    with pytest.raises(CliError, match="stopped with 1 jobs left"):
        tell(make_bulk(BulkState.STOPPED, 1, 1))
