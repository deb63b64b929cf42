"""`brainshare rerun` posts what the options say, and nothing where prompt or model are others."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest
from click.testing import CliRunner, Result

from schemas.api.status import JobSummary
from schemas.stage import StageName
from services.cli.__main__ import main
from services.replay.plan import prompt_of
from tests.factory import JOB_ID
from tests.unit.cli.command.job.table_gateway import let_commands_find
from tests.unit.cli.view.test_job import job

SOURCE = "0b5d4e1e-8f3c-4c1a-9c1e-2f0d7a6b5c4d"


@dataclass
class Gateway:
    """Takes what it is asked."""

    asked: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)

    @property
    def jobs(self) -> Self:
        """All that it has."""
        return self

    def post_rerun(self, job_id: str, body: bytes, key: str) -> JobSummary:
        """It is taken."""
        self.asked.append((job_id, json.loads(body), key))
        return job()


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    fake = Gateway()
    let_commands_find(fake, monkeypatch)
    return fake


def rerun(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["rerun", SOURCE, *words], input=stdin)


BODIES: list[tuple[list[str], dict[str, Any]]] = [
    ([], {}),
    (["--columns", "2", "--rows", "0"], {"want": {"columns": 2, "rows": 0}}),
    (["--tag", "a", "--tag", "b"], {"tags": ["a", "b"]}),
    (["--max-cost", "0.5"], {"options": {"maxCostUsd": 0.5}}),
    (["--webhook", "https://a.example/"], {"webhook": {"url": "https://a.example/"}}),
    (["--context", "Moons of Mars"], {"context": {"title": "Moons of Mars", "description": ""}}),
    (["--prompt", prompt_of(StageName.COLUMN)], {}),
]


@pytest.mark.parametrize(("words", "said"), BODIES)
def test_the_body_has_what_the_options_say(
    taken: Gateway, words: list[str], said: dict[str, Any]
) -> None:
    done = rerun("--from", "column", *words)
    assert (done.exit_code, done.stdout) == (0, f"{JOB_ID}\n")
    [(job_id, body, key)] = taken.asked
    assert (job_id, body) == (SOURCE, {"fromStage": "column", **said})
    assert key


FILES = [
    ('{"title": "Moons"}', {"context": {"title": "Moons"}}),
    (
        '{"tableId": "t", "context": "Moons", "stages": ["row"], "want": {"rows": 3}}',
        {"context": "Moons", "want": {"rows": 3}},
    ),
    ("Name,Radius\nMars,3390\n", None),
]


@pytest.mark.parametrize(("content", "said"), FILES)
def test_the_table_is_read_as_submit_reads_it(
    taken: Gateway, content: str, said: dict[str, Any] | None, tmp_path: Path
) -> None:
    path = tmp_path / ("table.csv" if said is None else "table.json")
    path.write_text(content)
    assert rerun("--from", "table", "--context", str(path)).exit_code == 0
    [(_, body, _)] = taken.asked
    if said is None:
        assert [column["name"] for column in body["context"]["columns"]] == ["Name", "Radius"]
    else:
        assert body == {"fromStage": "table", **said}


def test_the_key_that_is_given_is_sent(taken: Gateway) -> None:
    rerun("--from", "row", "--key", "again")
    assert taken.asked[0][2] == "again"


WRONG = [
    ([], "--from"),
    (["--from", "rows"], "rows"),
    (["--from", "row", "--prompt", "row-0"], "--prompt says row-0"),
    (["--from", "row", "--key", "\n"], "printable ASCII"),
]


@pytest.mark.parametrize(("words", "told"), WRONG)
def test_what_is_wrong_is_said_and_nothing_is_asked(
    taken: Gateway, words: list[str], told: str
) -> None:
    done = rerun(*words)
    assert (done.exit_code != 0, told in done.stderr, taken.asked) == (True, True, [])
