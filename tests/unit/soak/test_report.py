"""What a soak has seen is printed whatever it was."""

import pytest

from tests.operation.soak.report import print_report
from tests.operation.soak.run import Planted, Run
from tests.unit.soak.test_run import SITE, Recorded
from tests.unit.soak.test_verdict import PLAIN, grown, make_evidence, make_post


def test_a_run_is_printed_with_what_came_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(SITE, print)
    run.planted = [Planted(Recorded().planned(0, 1), "target", 0.0, 1.0)]
    run.missed = ["other kind"]
    post, life = make_post(PLAIN, 0, 503, 202), grown("gateway", 90, 140)
    print_report(make_evidence(post, lives=(life,)), run, {PLAIN: 3})
    printed = capsys.readouterr().out
    assert all(said in printed for said in ("lane: kind", "none came", "other kind", "gateway"))


def test_a_run_in_which_nothing_was_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(make_evidence(), Run(SITE, print), {})
    assert "requests posted" in capsys.readouterr().out
