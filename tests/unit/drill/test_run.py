"""What one fault comes to is told, and spoils no other."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner

from deploy.prometheus.pace import Pace
from tests.drill import __main__ as program
from tests.drill import run
from tests.drill.fault.shape import Fault
from tests.drill.notification import Notifications
from tests.drill.run import Drill
from tests.drill.site import Site
from tests.drill.verdict import Finding
from tests.drill.watch import Watch

AT_ONCE = Notifications(["alertname"], wait_s=0, interval_s=0)
NEVER = float("inf")


class Case:
    """A site on which a fault is an alert, and how often it was tidied up."""

    def __init__(self) -> None:
        self.alerts: list[dict[str, Any]] = []
        self.tidied = 0
        self.watch = Watch(lambda: self.alerts, [], AT_ONCE)
        self.watch.look()

    def explain(self) -> dict[str, str]:
        """What the command would say."""
        return {"wrong": "the cause"}

    def recover(self) -> None:
        """Count it."""
        self.tidied += 1

    def show(self, *names: str) -> None:
        """Let these fire."""
        labels = ({"alertname": name, "severity": "page"} for name in names)
        self.alerts = [{"labels": one, "state": "firing"} for one in labels]
        self.watch.look()

    def make(self, name: str, *, fails_in: str = "") -> Fault:
        """A fault that fires the alert of its name, or cannot be planted or repaired."""

        @contextmanager
        def plant(site: Site) -> Iterator[None]:
            if fails_in == "plant":
                raise RuntimeError("Kafka is away")
            self.show(name)
            yield
            self.show()
            if fails_in == "repair":
                raise TimeoutError("it does not come back")

        return Fault(name, plant, (name,), "the cause")

    def carry_out(self, *faults: Fault, ends_at: float = NEVER) -> list[Finding]:
        """What comes of them."""
        site = cast("Site", self)
        drill = Drill(site, self.watch, Pace(1e9), lambda line: None, ends_at)
        return list(drill.carry_out(faults))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nothing."""
    monkeypatch.setattr(run, "LEAST_S", 0.0)
    monkeypatch.setattr(run, "UNSHORTENED_S", 0.0)


@pytest.mark.parametrize(
    ("fails_in", "problem"),
    [
        ("plant", "RuntimeError: Kafka is away"),
        ("repair", "TimeoutError: it does not come back"),
    ],
)
def test_a_fault_that_cannot_be_planted_or_repaired_spoils_no_other(
    fails_in: str, problem: str
) -> None:
    case = Case()
    first, second = case.carry_out(case.make("A", fails_in=fails_in), case.make("B"))
    assert first.problem == problem
    assert second.problem == ""
    assert second.fired_s["B"] is not None
    assert second.resolved_s["B"] is not None
    assert second.is_named
    assert case.tidied == 2


def test_a_page_that_stays_is_told_and_keeps_no_other_fault_from_being_planted() -> None:
    case = Case()
    case.show("A")
    blocked, planted = case.carry_out(case.make("A"), case.make("B"))
    assert (blocked.problem, blocked.is_planted) == ("not quiet before it: A", False)
    assert (planted.problem, planted.is_named) == ("not quiet before it: A", True)


def test_nothing_is_planted_once_the_time_is_over() -> None:
    case = Case()
    (finding,) = case.carry_out(case.make("A"), ends_at=0.0)
    assert finding.problem == "not planted: the time is over"
    assert case.tidied == 0


def test_what_was_seen_is_told_of_a_run_that_is_cut(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    case = Case()

    def cut(folder: Path, faults: Any, pace: Any, ends_at: float, findings: list[Finding]) -> None:
        findings += case.carry_out(case.make("seen before"))
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(program, "_carry_out", cut)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    try:
        told = CliRunner().invoke(program.main, [])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert told.exit_code != 0
    assert "seen before" in told.output
    assert "ended before its end: 1 of 20 faults" in told.output
