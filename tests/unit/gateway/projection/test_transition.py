"""What is told of a change never stops what is folded."""

import pytest

from services.gateway.projection import transition
from services.gateway.status.change import Change, ProjectedJob
from tests.unit.gateway.example import JOB_ID, fact, request


def test_a_change_that_cannot_be_told_is_logged_with_its_job(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(transition, "describe")
    transition.report(Change(str(JOB_ID), None, ProjectedJob(fact(request()).fold, 1)))
    assert "transition_not_reported" in capsys.readouterr().out
