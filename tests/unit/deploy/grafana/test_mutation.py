"""A slip of each kind is found: a metric that is renamed, a panel that asks for less."""

import json
from dataclasses import replace

import pytest

from deploy.grafana.dashboard_json import write_board
from deploy.grafana.generate import BOARDS, FOLDER
from deploy.grafana.panel import Board, Panel
from services.telemetry.metric import Family, list_families
from tests.unit.deploy import query
from tests.unit.deploy.grafana.test_dashboard import SHOWN_NOWHERE

ASKED = [asked for board in BOARDS for panel in board.panels for asked in panel.expressions]
ASKED += [rule["expr"] for rule in query.read_rules()]
SHOWN = [family for family in list_families() if family.name not in SHOWN_NOWHERE]
QUERIES = [
    (board, panel, legend) for board in BOARDS for panel in board.panels for legend in panel.queries
]


@pytest.mark.parametrize("family", SHOWN, ids=lambda family: family.name)
def test_a_metric_that_is_renamed_is_found(monkeypatch: pytest.MonkeyPatch, family: Family) -> None:
    for name in family.samples:
        monkeypatch.delitem(query.FAMILIES, name)
    naming = [asked for asked in ASKED if family.name in asked]
    wrong = [complaint for asked in naming for complaint in query.complain(asked)]
    assert any(family.name in complaint for complaint in wrong)


@pytest.mark.parametrize(
    ("board", "panel", "legend"), QUERIES, ids=[f"{b.uid}: {p.title}: {q}" for b, p, q in QUERIES]
)
def test_a_query_that_is_dropped_is_found(board: Board, panel: Panel, legend: str) -> None:
    """In the code and in the file alike, each is then not what the other says."""
    left = {name: asked for name, asked in panel.queries.items() if name != legend}
    rows = tuple(
        replace(row, panels=tuple(_drop(one, panel, left) for one in row.panels))
        for row in board.rows
    )
    written = (FOLDER / f"{board.uid}.json").read_text(encoding="utf-8")
    assert write_board(replace(board, rows=rows)) != written
    document = json.loads(written)
    (found,) = [
        one for one in document["panels"] if one["title"] == panel.title and "targets" in one
    ]
    assert {target["legendFormat"] for target in found["targets"]} == set(panel.queries)


def _drop(one: Panel, panel: Panel, left: dict[str, str]) -> Panel:
    return replace(one, queries=left) if one is panel else one
