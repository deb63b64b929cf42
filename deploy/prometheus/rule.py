"""What a rule is. Its expression names a metric as @CONSTANT and a duration as pace.py says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from deploy.metric_name import resolve
from deploy.prometheus.pace import Pace

RUNBOOK = "docs/runbook.md"
OF_JOBS = 'purpose!~"replay|canary"'
"""Of what somebody waits for. A worker of an older release says no purpose, and counts, too."""

OF_CLIENTS = 'area!="probes"'
"""Of requests that somebody is served by. Probes and scrapes come all the time: they would hide
that a few clients are all refused, and one that is told "not ready" would count as not served."""

AFTERMATH = "10m"
"""What a backlog takes to be done after an outage, and a window of 5 minutes to forget it."""


class Rule(Protocol):
    """Anything that a group holds."""

    def write(self, pace: Pace) -> dict[str, Any]:
        """As Prometheus takes it."""
        ...


@dataclass(frozen=True)
class Record:
    """What several panels and alerts ask for, worked out once.

    Attributes:
        why: What is not seen from the name and the expression.
    """

    name: str
    expression: str
    why: str = ""

    def write(self, pace: Pace) -> dict[str, Any]:
        """As Prometheus takes it."""
        return {"record": self.name, "expr": resolve(pace.fill_in(self.expression))}


@dataclass(frozen=True)
class Alert:
    """What somebody must be told. Each has a section in the runbook.

    Attributes:
        summary: A sentence about what was seen, in Prometheus' templates.
        severity: page, ticket or none.
        cause: Of what it may be the consequence, which then inhibits it (alertmanager.yml).
        lasts: How long it must be so before anybody is told; "" for not at all.
        holds: How long it goes on after it is not so any more, so that what it silences ends
            before it does; "" for not at all.
    """

    name: str
    expression: str
    summary: str
    severity: str
    cause: str = ""
    lasts: str = ""
    holds: str = ""
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def write(self, pace: Pace) -> dict[str, Any]:
        """As Prometheus takes it."""
        labels = {"severity": self.severity, "cause": self.cause, **self.labels}
        told = {"summary": self.summary, "description": self.description}
        told["runbook"] = f"{RUNBOOK}#{self.name.lower()}"
        return {
            "alert": self.name,
            "expr": resolve(pace.fill_in(self.expression)),
            **({"for": pace.span(self.lasts)} if self.lasts else {}),
            **({"keep_firing_for": pace.span(self.holds)} if self.holds else {}),
            "labels": {name: value for name, value in labels.items() if value},
            "annotations": {name: text for name, text in told.items() if text},
        }


@dataclass(frozen=True)
class Group:
    """Rules that are worked out one after the other."""

    name: str
    rules: tuple[Rule, ...]

    def write(self, pace: Pace) -> dict[str, Any]:
        """As Prometheus takes it."""
        return {"name": self.name, "rules": [rule.write(pace) for rule in self.rules]}
