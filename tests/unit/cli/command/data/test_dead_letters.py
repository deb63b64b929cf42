"""`brainshare dead-letters` prints one line for each dead letter and asks for no more than said."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import pytest
from click.testing import CliRunner

from schemas.api.dead_letter import (
    DeadLetter,
    DeadLetterGroup,
    DeadLetterGroups,
    DeadLetterPage,
    DeadLetterRecord,
    LetterState,
    RedriveResult,
    SkippedLetter,
)
from schemas.kafka.headers import ErrorKind
from schemas.stage import StageName
from services.cli.__main__ import main
from services.cli.target import options
from tests.unit.gateway.example import JOB_ID, NOW

RECORD = DeadLetterRecord(
    id="table-0-7",
    job_id=JOB_ID,
    stage=StageName.TABLE,
    state=LetterState.OPEN,
    error_kind=ErrorKind.PROVIDER,
    error_code="500",
    message="no\nanswer \x1b[31m",
    fingerprint="0123456789ab",
    attempts=6,
    redrive=0,
    topic="table.dead-letters",
    partition=0,
    offset=7,
    failed_at=NOW,
    headers={"attempt": "6"},
    value="{}",
    is_base64=False,
    size_bytes=2,
    is_cut=False,
)


GROUP = DeadLetterGroup(
    stage=RECORD.stage,
    error_kind=RECORD.error_kind,
    fingerprint=RECORD.fingerprint,
    message="no",
    count=3,
    first_failed_at=NOW,
    last_failed_at=NOW,
)
SKIPPED = SkippedLetter(id="table-0-9", job_id=None, reason="it names \x1b[31mno job")


def run(*skipped: SkippedLetter, following: str | None = None) -> RedriveResult:
    return RedriveResult(dead_letters=(RECORD,), skipped=skipped, next=following, dry_run=False)


@dataclass
class FakeGateway:
    """Has one dead letter, keeps what it is asked, and answers runs as told."""

    asked: list[object] = field(default_factory=list)
    runs: list[RedriveResult] = field(default_factory=lambda: [run()])
    is_empty: bool = False

    @property
    def dead_letters(self) -> Self:
        return self

    def page(self, **filters: Any) -> DeadLetterPage:
        self.asked.append(filters)
        return DeadLetterPage(dead_letters=(RECORD,), next=None)

    def get(self, letter_id: str) -> DeadLetterRecord:
        self.asked.append(letter_id)
        return RECORD

    def redrive(self, letter_id: str, *, reason: str = "") -> DeadLetter:
        self.asked.append(("redrive", letter_id, reason))
        return RECORD

    def redrive_many(
        self, *, fingerprint: str | None, dry_run: bool, cursor: str | None, **_rest: Any
    ) -> RedriveResult:
        self.asked.append((fingerprint, dry_run, cursor))
        return self.runs.pop(0)

    def groups(self, **_filters: Any) -> DeadLetterGroups:
        return DeadLetterGroups(groups=() if self.is_empty else (GROUP,))

    def discard(self, letter_id: str, *, reason: str, by: str) -> DeadLetter:
        self.asked.append((letter_id, reason, by))
        return RECORD


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    fake = FakeGateway()

    @contextmanager
    def connect(_url: str, **_patience: object) -> Iterator[FakeGateway]:
        yield fake

    monkeypatch.setattr(options, "connect", connect)
    return fake


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["redrive", "table-0-7"], ("redrive", "table-0-7", "")),
        (["redrive", "table-0-7", "--reason", "mended"], ("redrive", "table-0-7", "mended")),
        (["redrive", "table-0-7", "--dry-run"], "table-0-7"),
        (["redrive", "--all"], (None, False, None)),
        (["redrive", "--group", "0123456789ab", "--dry-run"], ("0123456789ab", True, None)),
        (
            ["discard", "table-0-7", "--reason", "a test", "--by", "ada"],
            ("table-0-7", "a test", "ada"),
        ),
        (["show", "table-0-7"], "table-0-7"),
    ],
)
def test_what_is_asked_of_the_gateway(
    gateway: FakeGateway, arguments: list[str], asked: object
) -> None:
    done = CliRunner().invoke(main, ["dead-letters", *arguments])
    assert (done.exit_code, gateway.asked) == (0, [asked])
    assert "table-0-7" in done.output


@pytest.mark.parametrize("arguments", [[], ["table-0-7", "--all"], ["--all", "--group", "x"]])
def test_a_redrive_names_exactly_one_thing(gateway: FakeGateway, arguments: list[str]) -> None:
    done = CliRunner().invoke(main, ["dead-letters", "redrive", *arguments])
    assert (done.exit_code, gateway.asked) == (2, [])


def test_a_redrive_of_all_goes_on_until_all_are_done(gateway: FakeGateway) -> None:
    gateway.runs = [run(following="a.b"), run(SKIPPED)]
    done = CliRunner().invoke(main, ["dead-letters", "redrive", "--all"])
    assert gateway.asked == [(None, False, None), (None, False, "a.b")]
    assert done.stderr.splitlines() == ["1 of 3 looked at"]
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == ["redriven", "redriven", "skipped"]
    assert lines[-1] == "2 redriven, 1 skipped"
    assert "no job" in lines[2]
    assert "\x1b" not in done.stdout


def test_a_redrive_of_nothing_says_so(gateway: FakeGateway) -> None:
    gateway.is_empty, gateway.runs = True, [RedriveResult(dead_letters=(), dry_run=False)]
    done = CliRunner().invoke(main, ["dead-letters", "redrive", "--all"])
    assert (done.exit_code, done.output) == (0, "nothing to redrive\n")


def test_a_list_has_one_safe_line_for_each(gateway: FakeGateway) -> None:
    done = CliRunner().invoke(main, ["dead-letters", "list", "--stage", "table"])
    assert len(done.output.splitlines()) == 1
    assert "provider/500" in done.output
    assert "\x1b" not in done.output


def test_a_list_as_json_is_the_answer(gateway: FakeGateway) -> None:
    done = CliRunner().invoke(main, ["dead-letters", "list", "--json"])
    assert DeadLetterPage.from_json(done.output).dead_letters[0].id == "table-0-7"
