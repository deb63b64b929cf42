"""A run of the proof that is cut, or of which a part fails, says what it has measured."""

import pytest

from tests.scale.__main__ import Found
from tests.unit.scale.test_verdict import ONE, carried


def fail() -> float:
    raise AssertionError("the stack is not up")


def test_a_part_that_fails_is_said_and_leaves_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = Found()
    assert found.attempt("2 workers", fail) is None
    assert found.attempt("1 worker", lambda: 4.0) == 4.0
    assert found.failures == ["2 workers: not measured: the stack is not up"]
    assert "FAILED  2 workers" in capsys.readouterr().out


def test_a_run_that_is_cut_shows_what_it_has(capsys: pytest.CaptureFixture[str]) -> None:
    Found([carried(ONE, 4.0, 5.0)]).show()
    shown = capsys.readouterr().out
    assert "5.0" in shown
    assert "-20.0%" in shown
