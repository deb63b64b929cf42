"""Writes dashboards as Grafana takes them (schema 1 of dashboards, version 39)."""

import json
from collections.abc import Iterator
from typing import Any

from deploy.grafana.panel import Board, Row
from deploy.metric_name import resolve

WIDTH = 24
TAG = "brainshare"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def write_board(board: Board) -> str:
    """The file of a dashboard."""
    return json.dumps(_write(board), indent=1) + "\n"


def _write(board: Board) -> dict[str, Any]:
    return {
        "uid": board.uid,
        "title": board.title,
        "tags": [TAG],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "timezone": "utc",
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "links": [
            {"type": "dashboards", "tags": [TAG], "title": "Brainshare", "includeVars": True}
        ],
        "templating": {"list": list(_write_variables(board))},
        "annotations": {"list": [_ALERTS, _RELEASES, _REBALANCES]},
        "panels": list(_write_panels(board)),
    }


def _write_variables(board: Board) -> Iterator[dict[str, Any]]:
    yield {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Source"}
    for name, query in board.variables.items():
        yield {
            "name": name,
            "type": "query",
            "query": resolve(query),
            "datasource": SOURCE,
            "includeAll": True,
            "multi": True,
            "allValue": ".*",
            "current": {"text": "All", "value": "$__all"},
            "refresh": 2,
            "sort": 1,
        }


def _write_panels(board: Board) -> Iterator[dict[str, Any]]:
    number, y = 1, 0
    for row in board.rows:
        yield _write_row(row, number, y)
        number, x, y, tallest = number + 1, 0, y + 1, 0
        for panel in row.panels:
            if x + panel.width > WIDTH:
                x, y, tallest = 0, y + tallest, 0
            yield panel.write(number, x, y)
            number, x, tallest = number + 1, x + panel.width, max(tallest, panel.height)
        y += tallest


def _write_row(row: Row, number: int, y: int) -> dict[str, Any]:
    place = {"h": 1, "w": WIDTH, "x": 0, "y": y}
    told = {"id": number, "type": "row", "title": row.title, "collapsed": False}
    return {**told, "gridPos": place, "panels": []}


def _write_annotation(name: str, colour: str, query: str, title: str) -> dict[str, Any]:
    told = {"name": name, "iconColor": colour, "expr": query, "titleFormat": title}
    return {**told, "datasource": SOURCE, "enable": True, "step": "60s"}


_ALERTS = _write_annotation(
    "Alerts",
    "red",
    'ALERTS{alertstate="firing",severity=~"page|ticket"}',
    "{{alertname}} {{stage}}",
)
_RELEASES = _write_annotation(
    "Releases",
    "blue",
    resolve("count by (version) (@BUILD_INFO) unless count by (version) (@BUILD_INFO offset 2m)"),
    "version {{version}}",
)
_REBALANCES = _write_annotation(
    "Rebalances",
    "orange",
    resolve("sum by (stage) (increase(@REBALANCES[2m])) > 0"),
    "rebalance of {{stage}}",
)
