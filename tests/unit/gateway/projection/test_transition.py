"""What is told of a change never stops what is folded."""

from dataclasses import replace

import pytest

from schemas.stage import StageName
from services.gateway.projection import transition
from services.gateway.status.change import Change, ProjectedJob, fold_batch
from services.telemetry.metric import render_metrics
from tests.unit.gateway.example import JOB_ID, dead_letter, fact, request
from tests.unit.gateway.job.test_shadow import make_replay


def test_a_change_that_cannot_be_told_is_logged_with_its_job(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(transition, "describe")
    transition.report(Change(str(JOB_ID), None, ProjectedJob(fact(request()).fold, 1)))
    assert "transition_not_reported" in capsys.readouterr().out


def test_a_shadow_that_ends_is_no_job_that_has_finished() -> None:
    """So that no alert is for one that fails."""

    def count() -> float:
        lines = render_metrics()[0].decode().splitlines()
        of = [line for line in lines if line.startswith("brainshare_jobs_finished_total{")]
        return sum(float(line.split()[-1]) for line in of)

    ends: list[float] = []
    for of in (make_replay(7), make_replay(8, is_shadow=False)):
        last = fact(replace(dead_letter(StageName.COLUMN, 1), key=of.key))
        known = ProjectedJob(fact(request(0, of)).fold, 1)
        (change,) = fold_batch({str(of.job_id): known}, [last]).changes
        before = count()
        transition.report(change)
        ends.append(count() - before)
    assert ends == [0, 1]


def test_what_became_of_a_job_leads_to_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    trace = "1f2e3d4c5b6a79881f2e3d4c5b6a7988"
    told = f"00-{trace}-{'2' * 16}-01"
    last = fact(dead_letter(StageName.TABLE, 1, traceparent=told))
    known = ProjectedJob(fact(request()).fold, 1)
    (change,) = fold_batch({str(JOB_ID): known}, [last]).changes
    transition.report(change)
    assert trace in capsys.readouterr().out
    text = render_metrics("application/openmetrics-text")[0].decode()
    assert any(trace in line and "job_duration" in line for line in text.splitlines())
