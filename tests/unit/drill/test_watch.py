"""When an alert fired and ended, and of which somebody was told."""

from typing import Any

import pytest

from tests.drill.inhibition import Inhibition
from tests.drill.notification import Notifications
from tests.drill.watch import Watch

AT_ONCE = Notifications(["alertname"], wait_s=0, interval_s=0)
SILENCES = Inhibition(['alertname="Cause"'], ['alertname="Symptom"'])


def alert(name: str, severity: str = "page", state: str = "firing") -> dict[str, Any]:
    return {"labels": {"alertname": name, "severity": severity}, "state": state}


class Case:
    """Alerts and a clock that are set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.alerts: list[dict[str, Any]] = []
        self.is_restarting = False
        self.watch = Watch(
            lambda: self.alerts,
            [SILENCES],
            AT_ONCE,
            lambda: self.is_restarting,
            lambda: self.now,
        )

    def see(self, at: float, *alerts: dict[str, Any]) -> None:
        """Look at a moment at which these are."""
        self.now, self.alerts = at, list(alerts)
        self.watch.look()


def test_when_an_alert_fired_and_ended_is_told_from_a_moment() -> None:
    case = Case()
    case.see(100, alert("A", state="pending"))
    assert case.watch.time_fired("A", 100) is None
    case.see(107, alert("A"))
    case.see(109, alert("A"))
    assert case.watch.time_fired("A", 100) == 7
    assert case.watch.time_ended("A", 109) is None
    case.see(115)
    assert case.watch.time_ended("A", 109) == 6


def test_what_fires_again_has_not_ended() -> None:
    case = Case()
    for at, alerts in ((100, [alert("A")]), (101, []), (102, [alert("A")])):
        case.see(at, *alerts)
    assert case.watch.time_ended("A", 100) is None


def test_what_is_silenced_fires_and_pages_nobody() -> None:
    case = Case()
    case.see(100, alert("Cause"), alert("Symptom"), alert("Ticket", "ticket"))
    assert sorted(case.watch.firing) == ["Cause", "Symptom", "Ticket"]
    assert case.watch.paged == ["Cause"]
    case.see(101, alert("Symptom"))
    assert case.watch.paged == ["Cause", "Symptom"]
    case.watch.begin()
    case.see(102, alert("Symptom"))
    assert case.watch.paged == ["Symptom"]


def test_what_the_drill_s_own_restart_makes_fire_is_silent_until_it_ends() -> None:
    case = Case()
    case.see(100, alert("StageDown"))
    case.is_restarting = True
    case.see(101, alert("StageDown"), alert("TargetDown"), alert("Other"))
    case.is_restarting = False
    case.see(102, alert("TargetDown"))
    assert case.watch.paged == ["StageDown", "Other"]
    assert "TargetDown" in case.watch.firing
    case.see(103)
    case.see(104, alert("TargetDown"))
    assert case.watch.paged == ["StageDown", "Other", "TargetDown"]


@pytest.mark.parametrize(
    ("alerts", "is_quiet"),
    [
        ([], True),
        ([alert("Watchdog", "none")], True),
        ([alert("Other", "ticket")], True),
        ([alert("A", "ticket")], False),
        ([alert("Other")], False),
    ],
    ids=["none", "always", "another ticket", "the one to come", "a page"],
)
def test_it_is_quiet_where_nobody_is_paged_and_what_is_to_fire_does_not(
    alerts: list[dict[str, Any]], is_quiet: bool
) -> None:
    case = Case()
    case.see(100, *alerts)
    assert case.watch.is_quiet(["A"]) is is_quiet


def test_it_is_not_quiet_before_it_has_looked() -> None:
    case = Case()
    assert not case.watch.is_quiet(["A"])
    case.see(100)
    assert case.watch.is_quiet(["A"])
