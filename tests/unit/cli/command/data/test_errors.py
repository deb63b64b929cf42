"""`brainshare errors` lists by state, shows it, and says what an act has made of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

import pytest
from click.testing import CliRunner

from schemas.api.error_group import (
    ErrorGroup,
    ErrorGroupDetail,
    ErrorGroupPage,
    ErrorSource,
    GroupState,
)
from services.cli.__main__ import main
from services.cli.target import options
from tests.unit.gateway.example import NOW

FINGERPRINT = "0123456789ab"


def group(state: GroupState) -> ErrorGroupDetail:
    return ErrorGroupDetail(
        fingerprint=FINGERPRINT,
        source=ErrorSource.ROW,
        kind="bug",
        message="no\nanswer \x1b[31m",
        state=state,
        count=3,
        jobs=2,
        tenants=1,
        first_seen_at=NOW,
        last_seen_at=NOW,
        release="1.2.3",
        latest=(),
    )


@dataclass
class FakeGateway:
    """Has an error of each state, and keeps what it is asked."""

    asked: list[object] = field(default_factory=list)

    @property
    def errors(self) -> Self:
        return self

    def page(self, state: str | None, source: str | None) -> ErrorGroupPage:
        self.asked.append((state, source))
        return ErrorGroupPage(errors=tuple(group(s) for s in GroupState if state in (None, s)))

    def get(self, fingerprint: str) -> ErrorGroupDetail:
        self.asked.append(fingerprint)
        return group(GroupState.REGRESSED)

    def mute(self, fingerprint: str, *, reason: str) -> ErrorGroup:
        self.asked.append((fingerprint, reason))
        return group(GroupState.MUTED)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    fake = FakeGateway()

    @contextmanager
    def connect(_url: str, **_patience: object) -> Iterator[FakeGateway]:
        yield fake

    monkeypatch.setattr(options, "connect", connect)
    return fake


def errors(*arguments: str) -> tuple[int, str]:
    said = CliRunner().invoke(main, ["errors", *arguments, "--url", "http://127.0.0.1:1"])
    return said.exit_code, said.stdout


@pytest.mark.parametrize("state", GroupState)
def test_those_of_a_state_are_listed_with_it(gateway: FakeGateway, state: GroupState) -> None:
    code, said = errors("list", "--state", state.value)
    assert gateway.asked == [(state, None)]
    assert (code, [one for one in GroupState if one in said.split()]) == (0, [state])


def test_one_that_has_come_back_is_shown_so(gateway: FakeGateway) -> None:
    code, said = errors("show", FINGERPRINT.upper())
    assert (code, gateway.asked) == (0, [FINGERPRINT])
    assert ["state", "regressed"] in [line.split() for line in said.splitlines()]
    assert "\x1b" not in said


def test_an_act_says_what_it_has_made_of_it(gateway: FakeGateway) -> None:
    code, said = errors("mute", FINGERPRINT, "--reason", "known")
    assert (code, gateway.asked) == (0, [(FINGERPRINT, "known")])
    assert said.split()[:2] == [FINGERPRINT, "muted"]


def test_what_is_no_fingerprint_is_not_asked_for(gateway: FakeGateway) -> None:
    assert errors("show", "abc")[0] == 2
    assert gateway.asked == []
