"""Asks a real Prometheus what the panels of a dashboard ask."""

import json
import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from deploy.grafana.generate import BOARDS
from deploy.grafana.panel import Panel
from tests.observe.prometheus import Prometheus

Place = dict[str, int]
"""x, y, w and h, in Grafana's columns and rows."""


@dataclass(frozen=True)
class Line:
    """One line of a panel: its name and its points, of which some may be no numbers."""

    name: str
    points: list[tuple[float, float]]

    @property
    def has_data(self) -> bool:
        """Whether there is a number in it."""
        return any(math.isfinite(value) for _, value in self.points)

    @property
    def is_above_zero(self) -> bool:
        """Whether there was something to see."""
        return any(math.isfinite(value) and value > 0 for _, value in self.points)


def fill_in(query: str, scrape_s: float) -> str:
    """The query as Grafana would send it."""
    rate = f"{max(15, round(4 * scrape_s))}s"
    return query.replace("$__rate_interval", rate).replace('"$stage"', '".*"')


def read_lines(
    prometheus: Prometheus, legend: str, query: str, begin: float, end: float, scrape_s: float
) -> list[Line]:
    """The lines of one query of a panel."""
    step = max(1.0, (end - begin) / 200)
    found = prometheus.query_range(fill_in(query, scrape_s), begin, end, step)
    return [Line(_name(legend, one["metric"]), _points(one)) for one in found]


def read_places(document: str) -> tuple[list[tuple[str, Place]], list[Place]]:
    """Where a dashboard's file puts the headings of its rows, and its panels in their order."""
    panels = json.loads(document)["panels"]
    headings = [(one["title"], one["gridPos"]) for one in panels if one["type"] == "row"]
    return headings, [one["gridPos"] for one in panels if one["type"] != "row"]


def find_zero(
    prometheus: Prometheus,
    begin: float,
    end: float,
    titles: Collection[str],
    scrape_s: float = 1.0,
) -> set[str]:
    """Those panels of some titles that show nothing but 0."""
    told = (begin, end, scrape_s)
    return {
        panel.title
        for _, panel in all_panels()
        if panel.title in titles
        and not any(
            line.is_above_zero
            for legend, query in zip(panel.queries, panel.expressions, strict=True)
            for line in read_lines(prometheus, legend, query, *told)
        )
    }


def find_empty(
    prometheus: Prometheus, begin: float, end: float, scrape_s: float = 1.0
) -> dict[str, list[str]]:
    """Queries that return nothing, by panel; those that may are left out."""
    empty: dict[str, list[str]] = {}
    for board in BOARDS:
        for panel in board.panels:
            if panel.empty:
                continue
            queries = zip(panel.queries, panel.expressions, strict=True)
            none = [
                query
                for legend, query in queries
                if not any(
                    line.has_data
                    for line in read_lines(prometheus, legend, query, begin, end, scrape_s)
                )
            ]
            if none:
                empty[f"{board.uid}: {panel.title}"] = none
    return empty


def _points(one: dict[str, Any]) -> list[tuple[float, float]]:
    return [(float(at), float(value)) for at, value in one["values"]]


def _name(legend: str, labels: dict[str, str]) -> str:
    for label, value in labels.items():
        legend = legend.replace(f"{{{{{label}}}}}", value)
    return legend or " ".join(labels.values())


def all_panels() -> list[tuple[str, Panel]]:
    """Every panel with its dashboard's title."""
    return [(board.title, panel) for board in BOARDS for panel in board.panels]
