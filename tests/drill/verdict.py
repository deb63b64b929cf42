"""What the drill has found, and whether that will do. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.drill.fault.shape import Fault

LEAST_NAMED_SHARE = 0.9
"""Of the faults: 18 of 20."""


@dataclass
class Finding:
    """What came of one fault.

    Attributes:
        within_s: From the plant, by when each alert must fire.
        fired_s: From the plant to each alert that must fire; None where it did not.
        resolved_s: From the repair until it had ended; None where it did not.
        paged: Alerts that paged besides those, in the order in which they did.
        said: What `brainshare explain` said is wrong.
        problem: Why it could not be planted, repaired or waited for; "" where it could.
        is_planted: Whether it was begun to be.
    """

    fault: Fault
    within_s: float
    fired_s: dict[str, float | None] = field(default_factory=dict)
    resolved_s: dict[str, float | None] = field(default_factory=dict)
    paged: tuple[str, ...] = ()
    said: str = ""
    problem: str = ""
    is_planted: bool = False

    @property
    def is_named(self) -> bool:
        """Whether what was said names the cause."""
        return self.fault.is_named_by(self.said)

    @property
    def strange(self) -> tuple[str, ...]:
        """What paged and should not have."""
        return tuple(name for name in self.paged if name not in self.fault.beside)


def count_needed(faults: int) -> int:
    """How many of so many faults must be named."""
    return round(faults * LEAST_NAMED_SHARE)


def judge(findings: Sequence[Finding]) -> list[str]:
    """Everything for which the drill has failed, in words; empty where it has not."""
    failures = []
    for finding in findings:
        name = finding.fault.name
        if finding.problem:
            failures.append(f"{name}: {finding.problem}")
        fired = finding.fired_s
        failures += [
            f"{name}: {alert} did not fire within {finding.within_s:.0f} s"
            for alert in fired
            if fired[alert] is None
        ]
        failures += [
            f"{name}: {alert} did not end after the repair"
            for alert, seconds in finding.resolved_s.items()
            if seconds is None and finding.fired_s.get(alert) is not None
        ]
        failures += [f"{name}: {alert} paged, too" for alert in finding.strange]
    named = sum(finding.is_named for finding in findings)
    if named < (needed := count_needed(len(findings))):
        failures.append(f"explain named {named} of {len(findings)} causes, and {needed} are needed")
    return failures
