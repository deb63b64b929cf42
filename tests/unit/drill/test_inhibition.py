"""Of an alert that another one silences nobody is told, as Alertmanager does it."""

from graphlib import TopologicalSorter

import pytest
import yaml

from tests.drill.__main__ import ALERTMANAGER
from tests.drill.inhibition import Inhibition, Labels, find_audible, matches, read_inhibitions
from tests.unit.deploy.query import ALERTS

OUTAGE = {"alertname": "ProviderOutage", "severity": "page"}
PARKED = {"alertname": "StageParked", "severity": "page", "cause": "provider", "stage": "row"}
CANARY = {"alertname": "CanaryStale", "severity": "page", "cause": "broker"}
BROKER = {"alertname": "BrokerAway", "severity": "page"}
TARGET = {"alertname": "TargetDown", "severity": "page", "cause": "broker"}
LOST = {"alertname": "RecordsLost", "severity": "page"}
DATABASE = {"alertname": "DatabaseAway", "severity": "page", "cause": "broker"}
STALE = {"alertname": "StatusStale", "severity": "page", "cause": "broker"}
ERRORS = {"alertname": "GatewayErrors", "severity": "page", "cause": "broker"}
DOWN = {"alertname": "StageDown", "severity": "page", "cause": "broker", "stage": "row"}
LATE = {"alertname": "JobLatencyBurn", "severity": "page", "cause": "provider"}
GIVEN_UP = {"alertname": "DeadLetterRatioHigh", "severity": "page", "cause": "provider"}
FAILING = {"alertname": "JobsFailing", "severity": "page", "cause": "provider"}
HOUR, SIX_HOURS = (
    {"alertname": f"JobSuccessBurn{window}", "severity": "page", "cause": "provider"}
    for window in ("Hour", "SixHours")
)
OURS = read_inhibitions(yaml.safe_load(ALERTMANAGER.read_text()))


@pytest.mark.parametrize(
    ("matcher", "is_met"),
    [
        ('cause="broker"', True),
        ('cause="provider"', False),
        ('cause!="provider"', True),
        ('cause=~"broker|provider"', True),
        ('cause=~"brok"', False),
        ('cause!~"broker|provider"', False),
        ('stage=""', True),
    ],
)
def test_a_matcher_looks_at_the_whole_value(matcher: str, is_met: bool) -> None:
    assert matches(CANARY, matcher) is is_met


def test_what_is_no_matcher_is_refused() -> None:
    with pytest.raises(ValueError, match="no matcher"):
        matches(CANARY, "cause=broker")


@pytest.mark.parametrize(
    ("firing", "audible"),
    [
        ([PARKED], ["StageParked"]),
        ([PARKED, OUTAGE], ["ProviderOutage"]),
        ([CANARY, BROKER, PARKED], ["BrokerAway"]),
        ([CANARY, TARGET], ["TargetDown"]),
        ([CANARY, PARKED], ["StageParked"]),
        ([LOST, BROKER], ["RecordsLost", "BrokerAway"]),
        ([CANARY, STALE, ERRORS, DATABASE], ["DatabaseAway"]),
        ([DATABASE, BROKER], ["BrokerAway"]),
        ([DOWN, CANARY, LATE], ["StageDown"]),
        ([LATE], ["JobLatencyBurn"]),
        ([GIVEN_UP, FAILING, HOUR, SIX_HOURS], ["DeadLetterRatioHigh"]),
        ([FAILING, HOUR, SIX_HOURS], ["JobsFailing"]),
        ([HOUR, SIX_HOURS], ["JobSuccessBurnHour"]),
        ([SIX_HOURS], ["JobSuccessBurnSixHours"]),
        ([], []),
    ],
    ids=[
        "alone",
        "outage",
        "broker",
        "gateway",
        "parked",
        "a loss is told",
        "database",
        "a full disk",
        "stage",
        "late",
        "given up on",
        "failing",
        "burns fast",
        "burns slowly",
        "none",
    ],
)
def test_an_outage_is_one_alert_by_our_own_rules(firing: list[Labels], audible: list[str]) -> None:
    assert [labels["alertname"] for labels in find_audible(firing, OURS)] == audible


def test_no_alerts_silence_each_other_by_our_own_rules() -> None:
    """Else nobody is told of either. A circle of three would silence all of them, too."""
    told = [{"alertname": rule["alert"], **rule["labels"]} for rule in ALERTS]
    silenced_by = {
        one["alertname"]: {
            other["alertname"] for other in told if any(r.silences(other, one) for r in OURS)
        }
        for one in told
    }
    assert list(TopologicalSorter(silenced_by).static_order())


def test_nothing_silences_itself_nor_its_like() -> None:
    rule = Inhibition(['severity="page"'], ['severity="page"'])
    assert find_audible([PARKED, CANARY], [rule]) == [PARKED, CANARY]


def test_labels_that_must_be_equal_are_compared() -> None:
    rule = Inhibition(['alertname="StageParked"'], ['alertname="LagGrowing"'], ["stage"])
    same, other = ({"alertname": "LagGrowing", "stage": stage} for stage in ("row", "table"))
    assert find_audible([PARKED, same, other], [rule]) == [PARKED, other]
