"""`brainshare replay start`, `pause` and `abort` drive a replay of a gateway by its id."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from schemas.api.replay.run import ReplayRun, ReplayState
from services.cli.__main__ import main
from services.cli.replay.gateway.drive_command import keep_pace
from services.cli.terminal.error import RequestRefused
from services.gateway.document.example import load_examples
from tests.unit.cli.command.job.table_gateway import let_commands_find

ID = UUID("7d0a1f52-2a5c-4f6e-8f1e-3b5f0e6c9a10")
UNSAID = dict.fromkeys(("rate", "live_wait", "max_open", "max_cost", "max_failed"))
PACE = {"rate": 5.0, "liveWaitS": 10.0, "maxCostUsd": 2.5, "maxFailedPercent": None, "maxOpen": 9}


@dataclass
class FakeGateway:
    """Has one replay, does what it is asked, and keeps what that was."""

    told: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def replays(self) -> "FakeGateway":
        return self

    def get(self, replay_id: object) -> ReplayRun:
        if str(replay_id) != str(ID):
            raise RequestRefused(f"there is no replay with the id {str(replay_id)!r}")
        return ReplayRun.model_validate(dict(load_examples()["ReplayRun"]) | self.told)

    def start(self, replay_id: object, **said: Any) -> ReplayRun:
        return self._do("start", replay_id, ReplayState.RUNNING, said)

    def pause(self, replay_id: object, **said: Any) -> ReplayRun:
        return self._do("pause", replay_id, ReplayState.PAUSED, said)

    def abort(self, replay_id: object, **said: Any) -> ReplayRun:
        return self._do("abort", replay_id, ReplayState.ABORTING, said)

    def _do(
        self, what: str, replay_id: object, state: ReplayState, said: dict[str, Any]
    ) -> ReplayRun:
        replay = self.get(replay_id)
        self.asked.append((what, said))
        return replay.model_copy(update={"state": state})


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    fake = FakeGateway()
    let_commands_find(fake, monkeypatch)
    return fake


def ask(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["replay", *words], input=typed)


@pytest.mark.parametrize(
    ("before", "said", "expected"),
    [
        (None, {}, [None] * 5),
        (None, {"rate": 2.0}, [2.0, None, None, None, None]),
        (PACE, {}, [5.0, 10.0, 9, 2.5, None]),
        (PACE, {"rate": 1.0, "max_cost": 4.0}, [1.0, 10.0, 9, 4.0, None]),
        (PACE, {"live_wait": 0.0, "max_failed": 0.0}, [5.0, 0.0, 9, 2.5, 0.0]),
    ],
)
def test_what_is_not_said_of_the_pace_is_as_it_was_started_last(
    before: dict[str, Any] | None, said: dict[str, float], expected: list[float | None]
) -> None:
    replay = FakeGateway({"pace": before}).get(ID)
    assert [*keep_pace(replay.pace, UNSAID | said).values()] == expected


def test_a_replay_is_started_and_shown_as_it_is_then(gateway: FakeGateway) -> None:
    gateway.told |= {"pace": PACE, "state": "paused"}
    done = ask("start", str(ID), "--rate", "2", "--reason", "a try")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{ID}  column replay running: ")
    ((what, said),) = gateway.asked
    assert (what, said["rate"], said["max_cost_usd"]) == ("start", 2.0, 2.5)
    assert (said["live"], said["reason"]) == (False, "a try")


def test_one_that_runs_keeps_its_pace_and_that_is_said(gateway: FakeGateway) -> None:
    done = ask("start", str(ID), "--rate", "2")
    assert (done.exit_code, "pause it first" in done.stderr) == (0, True)
    assert ask("start", str(ID)).stderr == ""


@pytest.mark.parametrize(("word", "state"), [("pause", "paused"), ("abort", "aborting")])
def test_it_is_paused_and_aborted_with_a_reason(
    word: str, state: str, gateway: FakeGateway
) -> None:
    yes = ["--yes"] if word == "abort" else []
    done = ask(word, str(ID), "--reason", "wrong", "--json", *yes)
    assert (done.exit_code, json.loads(done.stdout)["state"]) == (0, state)
    assert gateway.asked == [(word, {"reason": "wrong"})]


@pytest.mark.parametrize(
    ("word", "is_live", "question"),
    [
        ("start", True, "start 120 new jobs that people see"),
        ("abort", False, "start no more of 200 jobs, and cancel those that have not ended?"),
    ],
)
def test_what_others_would_see_or_lose_is_asked_first(
    word: str, is_live: bool, question: str, gateway: FakeGateway
) -> None:
    gateway.told["isLive"] = is_live
    for typed in ("n\n", None):
        refused = ask(word, str(ID), typed=typed)
        assert refused.exit_code == 1
        assert question in refused.output
    assert not gateway.asked
    assert ask(word, str(ID), typed="y\n").exit_code == 0
    assert ask(word, str(ID), "--yes").exit_code == 0
    assert [what for what, _ in gateway.asked] == [word] * 2
    assert [said.get("live", is_live) for _, said in gateway.asked] == [is_live] * 2


def test_a_shadow_is_started_without_a_question(gateway: FakeGateway) -> None:
    assert ask("start", str(ID)).exit_code == 0
    assert len(gateway.asked) == 1


@pytest.mark.parametrize("word", ["start", "pause", "abort"])
def test_an_id_that_is_of_no_replay_is_refused(word: str, gateway: FakeGateway) -> None:
    refused = ask(word, str(UUID(int=1)), *(["--yes"] if word == "abort" else []))
    assert refused.exit_code == 9
    assert "there is no replay with the id" in refused.stderr
    assert not gateway.asked


@pytest.mark.parametrize(
    ("word", "told"),
    [("start", "`brainshare replay run {file}` takes it"), ("pause", "of the replay ID")],
)
def test_a_manifest_leads_to_the_command_that_takes_it(
    word: str, told: str, gateway: FakeGateway, tmp_path: Path
) -> None:
    file = tmp_path / "m.json"
    file.write_text("{}", encoding="utf-8")
    refused = ask(word, str(file))
    assert refused.exit_code == 1
    assert told.format(file=file) in " ".join(refused.stderr.split())
    assert not gateway.asked


def test_the_id_of_a_replay_leads_to_the_command_that_takes_it() -> None:
    refused = ask("run", str(ID))
    assert refused.exit_code == 1
    assert f"is run by `brainshare replay start {ID}`" in " ".join(refused.stderr.split())
