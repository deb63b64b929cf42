"""What a dashboard is made of. A query names a metric as @CONSTANT, and follows its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.metric_name import resolve

HEIGHT, STAT_HEIGHT = 8, 4
RUNBOOK = "docs/runbook.md"


@dataclass(frozen=True)
class Panel:
    """One panel.

    Attributes:
        queries: By what their lines are called; {{label}} stands for a label's value.
        say: What to do when it looks bad.
        unit: Grafana's name of it.
        warn: From where on it is yellow, and `bad` red: the same as the alert's.
        is_low_bad: Whether less is worse: it is red below `bad`, and yellow below `warn`.
        runbook: The alert whose section helps, and `also` others that it is looked at for.
        empty: Why it may be empty although all is well; "" where it may not.
        width: Of 24.
    """

    title: str
    queries: Mapping[str, str]
    say: str
    unit: str = "short"
    kind: str = "timeseries"
    warn: float | None = None
    bad: float | None = None
    is_low_bad: bool = False
    runbook: str = ""
    also: tuple[str, ...] = ()
    empty: str = ""
    width: int = 8

    @property
    def expressions(self) -> list[str]:
        """What is asked, as Prometheus takes it but for Grafana's variables."""
        return [resolve(query) for query in self.queries.values()]

    @property
    def alerts(self) -> tuple[str, ...]:
        """The alerts that it is looked at for."""
        return (self.runbook, *self.also) if self.runbook else self.also

    @property
    def steps(self) -> list[tuple[float | None, str]]:
        """From which value on it has which colour; None for all below."""
        edges = [(None, "green"), (self.warn, "yellow"), (self.bad, "red")]
        if self.is_low_bad:
            edges = [(None, "red"), (self.bad, "yellow"), (self.warn, "green")]
            if self.warn is None:
                edges = [(None, "red"), (self.bad, "green")]
        return [edges[0], *((at, colour) for at, colour in edges[1:] if at is not None)]

    @property
    def height(self) -> int:
        """In Grafana's rows."""
        return STAT_HEIGHT if self.kind == "stat" else HEIGHT

    def write(self, number: int, x: int, y: int) -> dict[str, Any]:
        """As Grafana takes it."""
        return {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": " ".join(filter(None, (self.say, self.empty, self._help))),
            "datasource": {"type": "prometheus", "uid": "${datasource}"},
            "gridPos": {"h": self.height, "w": self.width, "x": x, "y": y},
            "fieldConfig": {"defaults": self._write_field(), "overrides": []},
            "options": _OPTIONS.get(self.kind, {}),
            "targets": [
                self._write_target(position, legend, expression)
                for position, (legend, expression) in enumerate(
                    zip(self.queries, self.expressions, strict=True)
                )
            ],
        }

    @property
    def _help(self) -> str:
        """No link: where the runbook is served is not known here."""
        return f"{RUNBOOK}: {', '.join(self.alerts)}." if self.alerts else ""

    def _write_target(self, position: int, legend: str, expression: str) -> dict[str, Any]:
        is_now = self.kind in ("stat", "table")
        return {
            "refId": chr(ord("A") + position),
            "expr": expression,
            "legendFormat": legend,
            "instant": is_now,
            "range": not is_now,
            "exemplar": "_bucket" in expression and not is_now,
            **({"format": "table"} if self.kind == "table" else {}),
        }

    def _write_field(self) -> dict[str, Any]:
        steps = [{"color": colour, "value": at} for at, colour in self.steps]
        return {
            "unit": self.unit,
            "min": None if self.is_low_bad else 0,
            "thresholds": {"mode": "absolute", "steps": steps},
            "custom": {"thresholdsStyle": {"mode": "dashed" if len(steps) > 1 else "off"}}
            if self.kind == "timeseries"
            else {},
        }


_OPTIONS: dict[str, dict[str, Any]] = {
    "timeseries": {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "stat": {
        "colorMode": "background",
        "graphMode": "none",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    },
}


@dataclass(frozen=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Board:
    """A dashboard.

    Attributes:
        uid: Its address, never changed.
        variables: What can be chosen, by name: the query that lists it.
    """

    uid: str
    title: str
    rows: tuple[Row, ...]
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All of them, in order."""
        return tuple(panel for row in self.rows for panel in row.panels)
