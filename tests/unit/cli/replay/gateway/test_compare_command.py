"""A gateway plans, plans again as a control, and compares, for who cannot reach its broker."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from schemas.api.replay.comparison import ReplayComparison
from schemas.api.replay.run import ReplayRun
from schemas.job.prompt import carry_prompt
from schemas.stage import StageName
from services.cli.__main__ import main
from services.gateway.document.example import load_examples
from tests.unit.cli.command.job.table_gateway import let_commands_find

ID, CONTROL = UUID("7d0a1f52-2a5c-4f6e-8f1e-3b5f0e6c9a10"), UUID(int=7)


@dataclass
class FakeGateway:
    """Plans and compares, and keeps what it was asked."""

    failures: tuple[str, ...] | None = None
    total: int = 200
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def replays(self) -> "FakeGateway":
        return self

    def plan(self, stage: str, **said: Any) -> ReplayRun:
        self.asked.append(("plan", {"stage": stage} | said))
        return self._show()

    def plan_control(self, replay_id: UUID, **said: Any) -> ReplayRun:
        self.asked.append(("control", {"of": replay_id} | said))
        return self._show()

    def compare(self, replay_id: UUID, **said: Any) -> ReplayComparison:
        self.asked.append(("compare", {"of": replay_id} | said))
        told = dict(load_examples()["ReplayComparison"]) | {"failures": self.failures}
        return ReplayComparison.model_validate(told)

    def comparison_html(self, replay_id: UUID, **said: Any) -> bytes:
        self.asked.append(("html", {"of": replay_id} | said))
        return b"<!doctype html>"

    def comparison_csv(self, replay_id: UUID) -> bytes:
        self.asked.append(("csv", {"of": replay_id}))
        return b'"job"\r\n'

    def _show(self) -> ReplayRun:
        told = dict(load_examples()["ReplayRun"]) | {"total": self.total}
        return ReplayRun.model_validate(told)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeGateway:
    fake = FakeGateway()
    let_commands_find(fake, monkeypatch)
    monkeypatch.chdir(tmp_path)
    return fake


def ask(*words: str) -> Result:
    return CliRunner().invoke(main, ["replay", *words])


def test_a_comparison_is_shown_and_written_as_the_gateway_makes_it(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    words = ("--control", str(CONTROL), "--show", "1", "--html", "a.html", "--csv", "a.csv")
    done = ask("compare", str(ID), *words)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("stage       same  changed   better    worse  failing  missing")
    seen = {"of": ID, "show": 1, "control": CONTROL}
    assert gateway.asked == [
        ("compare", seen | {"fail_if": None}),
        ("html", seen),
        ("csv", {"of": ID}),
    ]
    assert (tmp_path / "a.html").read_bytes() == b"<!doctype html>"
    assert (tmp_path / "a.csv").read_bytes() == b'"job"\r\n'


def test_for_programs_it_is_what_the_gateway_answers(gateway: FakeGateway) -> None:
    done = ask("compare", str(ID), "--json")
    assert json.loads(done.stdout) == json.loads(gateway.compare(ID).to_json())


@pytest.mark.parametrize(("failures", "status"), [((), 0), (("4 worse, and 2 may be",), 12)])
def test_limits_that_are_passed_there_end_it_with_the_status_for_that(
    failures: tuple[str, ...], status: int, gateway: FakeGateway
) -> None:
    gateway.failures = failures
    done = ask("compare", str(ID), "--fail-if", "worse>2%")
    assert (done.exit_code, gateway.asked[0][1]["fail_if"]) == (status, "worse>2%")
    assert all(told in done.stderr for told in failures)


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--control", "control.json"), 1, "it is the id of a control"),
        (("--fail-if", "worse"), 2, "--fail-if"),
        (("--html", "there.html"), 1, "there.html exists already"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_the_gateway_is_asked(
    words: tuple[str, ...], status: int, told: str, gateway: FakeGateway, tmp_path: Path
) -> None:
    (tmp_path / "there.html").touch()
    refused = ask("compare", str(ID), *words)
    assert (refused.exit_code, told in " ".join(refused.stderr.split())) == (status, True)
    assert not gateway.asked


def test_a_control_of_its_replay_is_planned_and_kept_there(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    done = ask("control", str(ID), "--sample", "50")
    assert (done.exit_code, gateway.asked) == (0, [("control", {"of": ID, "sample": 50})])
    assert str(ID) in done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("prompt", "version", "text"),
    [
        ((), None, None),
        (("--prompt", "column-9"), "column-9", None),
        (("--prompt", "new.txt"), None, "Say it otherwise."),
    ],
    ids=["as is", "a version", "a file"],
)
def test_a_plan_is_made_and_kept_there_as_it_is_asked_for(
    prompt: tuple[str, ...],
    version: str | None,
    text: str | None,
    gateway: FakeGateway,
    tmp_path: Path,
) -> None:
    (tmp_path / "new.txt").write_text("Say it otherwise.", encoding="utf-8")
    (tmp_path / "jobs.txt").write_text(f"{UUID(int=2)}\n{UUID(int=1)}\n", encoding="utf-8")
    words = ("--tag", "a", "--status", "failed", "--sample", "5", "--jobs-file", "jobs.txt")
    done = ask("plan", "--stage", "column", *words, "--live", "--ask-all", *prompt, "--on-gateway")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{ID}  column replay")
    ((_, said),) = gateway.asked
    known = {name: value for name, value in said.items() if value not in (None, (), [])}
    asked: dict[str, Any] = {"stage": "column", "tags": ("a",), "statuses": ("failed",)}
    asked |= {"sample": 5, "live": True, "ask_all": True, "job_ids": [UUID(int=1), UUID(int=2)]}
    asked |= {"prompt_version": version} if version else {}
    asked |= {"prompt": carry_prompt(StageName.COLUMN, text).text} if text else {}
    assert known == asked
    assert not (tmp_path / "manifest.json").exists()


@pytest.mark.parametrize("words", [("-o", "new.json"), ("--rate", "2")])
def test_what_only_a_manifest_has_is_no_option_of_a_plan_there(
    words: tuple[str, ...], gateway: FakeGateway
) -> None:
    refused = ask("plan", "--stage", "column", "--on-gateway", *words)
    assert (refused.exit_code, "--on-gateway" in refused.stderr) == (2, True)
    assert not gateway.asked


def test_a_plan_of_no_job_is_shown_and_is_an_error(gateway: FakeGateway) -> None:
    gateway.total = 0
    done = ask("plan", "--stage", "column", "--on-gateway", "--json")
    assert (done.exit_code, json.loads(done.stdout)["total"]) == (1, 0)
    assert "no job is left to run again" in done.stderr
