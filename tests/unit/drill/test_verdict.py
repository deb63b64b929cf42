"""A drill fails where an alert did not fire or end, another one paged, or too few are named."""

from contextlib import nullcontext

import pytest

from deploy.prometheus.pace import read_span
from tests.drill.fault.shape import Fault
from tests.drill.fault.table import FAULTS
from tests.drill.verdict import Finding, count_needed, judge
from tests.unit.deploy.query import ALERTS

PAGES = {rule["alert"] for rule in ALERTS if rule["labels"]["severity"] == "page"}
FAULT = Fault("a fault", lambda site: nullcontext(), ("A", "B"), "the Cause", beside=("C",))
WELL = {"A": 1.0, "B": 2.0}


def found(**changed: object) -> Finding:
    """What came of a fault that was found as it must be, but for some things."""
    usual = {
        "within_s": 60.0,
        "fired_s": WELL,
        "resolved_s": WELL,
        "said": "It is the cause: mend it.",
    }
    return Finding(FAULT, **(usual | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("finding", "failures"),
    [
        (found(), []),
        (found(paged=("C",)), []),
        (found(fired_s={"A": 1.0, "B": None}), ["a fault: B did not fire within 60 s"]),
        (found(resolved_s={"A": None, "B": 1.0}), ["a fault: A did not end after the repair"]),
        (found(paged=("C", "D")), ["a fault: D paged, too"]),
        (found(problem="no disk"), ["a fault: no disk"]),
        (
            found(said="Nothing is wrong."),
            ["explain named 0 of 1 causes, and 1 are needed"],
        ),
    ],
    ids=["well", "allowed", "silent", "endless", "strange", "not planted", "not named"],
)
def test_what_a_drill_fails_for(finding: Finding, failures: list[str]) -> None:
    assert judge([finding]) == failures


def test_an_alert_that_never_fired_is_not_said_to_be_endless() -> None:
    never = {"A": None, "B": 1.0}
    assert judge([found(fired_s=never, resolved_s=never)]) == [
        "a fault: A did not fire within 60 s"
    ]


@pytest.mark.parametrize(("faults", "needed"), [(20, 18), (10, 9), (1, 1), (2, 2), (0, 0)])
def test_eighteen_of_twenty_must_be_named(faults: int, needed: int) -> None:
    assert count_needed(faults) == needed


@pytest.mark.parametrize(("unnamed", "will_do"), [(2, True), (3, False)])
def test_two_of_twenty_may_stay_unnamed(unnamed: int, will_do: bool) -> None:
    findings = [found(said="?") for _ in range(unnamed)] + [found() for _ in range(20 - unnamed)]
    assert (judge(findings) == []) is will_do


def test_there_are_twenty_faults_each_with_a_name_of_its_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) == 20


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_names_alerts_that_there_are(fault: Fault) -> None:
    assert fault.fires
    assert set(fault.fires) <= {rule["alert"] for rule in ALERTS}
    assert set(fault.beside) <= PAGES - set(fault.fires)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_longer_than_its_alerts_wait(fault: Fault) -> None:
    waits = [rule.get("for", "0s") for rule in ALERTS if rule["alert"] in fault.fires]
    assert all(read_span(wait) < read_span(fault.within) for wait in waits)
