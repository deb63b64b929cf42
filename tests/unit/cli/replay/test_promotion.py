"""What becomes of each job of a replay that is promoted or rolled back, as it is told."""

from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import pytest

from brainshare_client import Refused
from schemas.api.problem import Problem
from services.cli.client.command_client import CommandClient
from services.cli.replay.promotion import Outcome, promote_one, roll_back_one
from services.cli.terminal.error import RequestRefused
from tests.unit.replay.past import job_id

SOURCE, REPLAY, OTHER = job_id(1), job_id(2), job_id(3)


@dataclass
class Version:
    job_id: UUID
    is_current: bool = True


@dataclass
class FakeGateway:
    """Says which job has answered with the current result, or refuses with a status."""

    current: UUID | None = None
    refusal: int | None = None
    asked: list[tuple[UUID, ...]] = field(default_factory=list)

    @property
    def jobs(self) -> "FakeGateway":
        return self

    def get(self, _job_id: str) -> Any:
        @dataclass
        class Status:
            result_versions: tuple[Version, ...]

        return Status((Version(self.current),) if self.current else ())

    def promote(self, source: UUID, replay: UUID, reason: str) -> None:
        self._ask(source, replay)

    def roll_back(self, source: UUID, reason: str) -> None:
        self._ask(source)

    def _ask(self, *ids: UUID) -> None:
        if self.refusal is not None:
            problem = Problem(
                type="x", title="x", status=self.refusal, detail="no", instance="/", request_id="r"
            )
            raise RequestRefused(f"{self.refusal}: no") from Refused(problem)
        self.asked.append(ids)


PROMOTED = [
    ("it has its own", None, None, (1, 0, {})),
    ("it has another's", OTHER, None, (1, 0, {})),
    ("it has it already", REPLAY, None, (0, 1, {})),
    ("it has changed", None, 409, (0, 0, {str(SOURCE): "no"})),
    ("it is gone", None, 410, (0, 0, {str(SOURCE): "no"})),
]
ANOTHER = "it has the result of another replay"
ROLLED_BACK = [
    ("it has the replay's", REPLAY, REPLAY, (1, 0, {})),
    ("it has its own", None, REPLAY, (0, 1, {})),
    ("it has its own again", SOURCE, REPLAY, (0, 1, {})),
    (
        "it has another's",
        OTHER,
        REPLAY,
        (0, 0, {str(SOURCE): "it has the result of another replay"}),
    ),
    ("whatever it has", OTHER, None, (1, 0, {})),
]
Counts = tuple[int, int, dict[str, str]]


@pytest.mark.parametrize(
    ("current", "refusal", "expected"), [c[1:] for c in PROMOTED], ids=[c[0] for c in PROMOTED]
)
def test_promoted(current: UUID | None, refusal: int | None, expected: Counts) -> None:
    gateway, outcome = FakeGateway(current, refusal), Outcome()
    promote_one(cast(CommandClient, gateway), outcome, SOURCE, REPLAY, "")
    assert (outcome.done, outcome.unchanged, outcome.skipped) == expected
    assert gateway.asked == [(SOURCE, REPLAY)] * outcome.done


@pytest.mark.parametrize(
    ("current", "replay", "expected"), [c[1:] for c in ROLLED_BACK], ids=[c[0] for c in ROLLED_BACK]
)
def test_rolled_back(current: UUID | None, replay: UUID | None, expected: Counts) -> None:
    gateway, outcome = FakeGateway(current), Outcome()
    roll_back_one(cast(CommandClient, gateway), outcome, SOURCE, replay, "")
    assert (outcome.done, outcome.unchanged, outcome.skipped) == expected
    assert gateway.asked == [(SOURCE,)] * outcome.done


@pytest.mark.parametrize("status", [401, 403, 503])
def test_what_would_be_refused_of_any_job_ends_it(status: int) -> None:
    with pytest.raises(RequestRefused):
        promote_one(cast(CommandClient, FakeGateway(None, status)), Outcome(), SOURCE, REPLAY, "")


def test_what_was_skipped_is_named_with_why(capsys: pytest.CaptureFixture[str]) -> None:
    Outcome(45, 0, {"a": "it is gone", "b": "it is worse"}).tell(47, "promoted", "were before")
    Outcome(0, 2).tell(2, "promoted", "were promoted before")
    assert capsys.readouterr().out.splitlines() == [
        "promoted 45 of 47 results, 2 skipped",
        "skipped a: it is gone",
        "skipped b: it is worse",
        "promoted 0 of 2 results, 2 were promoted before",
    ]
