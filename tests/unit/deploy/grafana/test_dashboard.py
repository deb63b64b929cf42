"""The dashboards: current, complete, readable, and about metrics that there are."""

import json
from typing import Any

import pytest
import yaml

from deploy.grafana.dashboard_json import TAG, write_board
from deploy.grafana.generate import BOARDS, FOLDER
from deploy.grafana.panel import Board, Panel
from deploy.metric_name import resolve
from services.telemetry.metric import list_families
from tests.unit.deploy.compose import read_services
from tests.unit.deploy.query import ALERTS, PROMETHEUS, RECORDS, complain, selectors

PANELS = [(board, panel) for board in BOARDS for panel in board.panels]
PROVISIONING = FOLDER.parent / "provisioning"
UNITS = {"short", "s", "bytes", "percentunit", "currencyUSD", "reqps"}
MOST_IN_VIEW = 18
QUESTIONS = (
    ("Jobs that failed", "Last canary"),
    ("Behind", "Time to close"),
    ("Slots in use", "Calls refused for their rate"),
    ("Provider down",),
    ("Work that is retried",),
    ("Dead letters that wait",),
    ("Cost of an hour", "Cost of a job", "Forecast of the month"),
)
"""Are users served; is it behind; why: a limit, an outage, retries, dead letters; what it costs."""

OF_LATE = "What `brainshare explain` asks, who looks once; a panel asks the counter."
SHOWN_NOWHERE: dict[str, str] = {
    "brainshare_llm_recent_requests": OF_LATE,
    "brainshare_llm_recent_duration_seconds": OF_LATE,
    "brainshare_recent_rebalances": OF_LATE,
}
"""Metrics that neither a panel nor an alert needs, with the reason."""

by_title = pytest.mark.parametrize(
    ("board", "panel"), PANELS, ids=[f"{b.uid}: {p.title}" for b, p in PANELS]
)
by_board = pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)


def read(board: Board) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / f"{board.uid}.json").read_text())
    return document


@by_board
def test_the_file_is_current(board: Board) -> None:
    assert (FOLDER / f"{board.uid}.json").read_text() == write_board(board), "run `make generate`"


def test_there_is_no_other_file() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {board.uid for board in BOARDS}


@by_title
def test_a_panel_asks_says_what_to_do_and_has_a_unit(board: Board, panel: Panel) -> None:
    assert panel.queries
    assert len(panel.say) > 15
    assert panel.unit in UNITS
    assert all(complain(query) == [] for query in panel.expressions)


@by_board
def test_panels_do_not_overlap_and_their_ids_are_unique(board: Board) -> None:
    panels = read(board)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


@by_board
def test_what_happened_is_marked_by_metrics_that_there_are(board: Board) -> None:
    marks = {mark["name"]: mark["expr"] for mark in read(board)["annotations"]["list"]}
    assert marks.keys() == {"Alerts", "Releases", "Rebalances"}
    for asked in (marks["Alerts"], marks["Rebalances"]):
        assert complain(asked) == []


@by_board
def test_a_board_is_found_from_the_others_and_nobody_edits_it_by_hand(board: Board) -> None:
    document = read(board)
    assert document["tags"] == [TAG]
    assert document["links"][0]["tags"] == [TAG]
    assert document["editable"] is False
    assert document["templating"]["list"][0]["name"] == "datasource"
    shown = [panel for panel in document["panels"] if panel["type"] != "row"]
    targets = [target for panel in shown for target in panel["targets"]]
    assert {panel["datasource"]["uid"] for panel in shown} == {"${datasource}"}
    assert len(targets) == sum(len(panel.queries) for panel in board.panels)


def test_the_top_row_answers_first() -> None:
    titles = [panel.title for panel in BOARDS[0].rows[0].panels]
    answers = [answer for answered in QUESTIONS for answer in answered]
    places = [next(n for n, t in enumerate(titles) if t.startswith(a)) for a in answers]
    assert places == sorted(places)
    assert len(titles) <= MOST_IN_VIEW


@pytest.mark.parametrize(
    ("told", "colours"),
    [
        ({}, "green green green"),
        ({"bad": 1}, "green red red"),
        ({"warn": 1, "bad": 2}, "green yellow red"),
        ({"bad": 1, "is_low_bad": True}, "red green green"),
        ({"warn": 2, "bad": 1, "is_low_bad": True}, "red yellow green"),
    ],
    ids=["no edge", "too much", "much", "away", "little"],
)
def test_a_value_has_the_colour_of_its_edges(told: dict[str, Any], colours: str) -> None:
    panel = Panel("Any", {"": "up"}, "Nothing is to be done.", **told)
    steps = panel.write(1, 0, 0)["fieldConfig"]["defaults"]["thresholds"]["steps"]
    shown = [
        next(s["color"] for s in reversed(steps) if s["value"] is None or s["value"] <= value)
        for value in (0, 1, 2)
    ]
    assert shown == colours.split()


def test_no_panel_shows_0_of_what_nobody_knows() -> None:
    """Of alerts Prometheus knows itself; all else would be well while the gateway is down."""
    made_up = {panel.title for _, panel in PANELS if "vector(" in " ".join(panel.expressions)}
    assert made_up == {"Alerts firing"}


def test_every_metric_is_shown_or_alerted() -> None:
    asked = [query for _, panel in PANELS for query in panel.expressions]
    asked += [rule["expr"] for rule in ALERTS] + list(RECORDS.values())
    named = {selector.name for query in asked for selector in selectors(query)}
    missing = {f.name for f in list_families() if not named & set(f.samples)}
    assert missing - SHOWN_NOWHERE.keys() == set()


def test_every_record_is_asked_for() -> None:
    asked = [query for _, panel in PANELS for query in panel.expressions]
    asked += [rule["expr"] for rule in ALERTS] + list(RECORDS.values())
    named = {selector.name for query in asked for selector in selectors(query)}
    texts = " ".join(str(rule["annotations"]) for rule in ALERTS)
    assert [name for name in RECORDS if name not in named and name not in texts] == []


def test_a_metric_that_there_is_not_stops_the_writing() -> None:
    with pytest.raises(AttributeError):
        resolve("sum(@NO_SUCH_METRIC)")


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("sum(rate(brainshare_jobs_done_total[5m]))", "exported by nobody"),
        ("sum(brainshare_jobs_finished_total)", "neither rate nor increase"),
        ('brainshare_stage_parked{tenant="a"}', "has no tenant"),
        ('rate(brainshare_job_duration_seconds_bucket{le="301.0"}[5m])', "no edge"),
        ('rate(brainshare_job_duration_seconds_bucket{le="300"}[5m])', "no edge"),
    ],
)
def test_a_wrong_query_is_found(query: str, wrong: str) -> None:
    assert any(wrong in complaint for complaint in complain(query))


def test_provisioning_names_what_there_is() -> None:
    source = yaml.safe_load((PROVISIONING / "datasources" / "prometheus.yml").read_text())
    (prometheus,) = source["datasources"]
    assert prometheus["type"] == "prometheus"
    scrape = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    assert prometheus["jsonData"]["timeInterval"] == scrape["global"]["scrape_interval"]
    (dots,) = prometheus["jsonData"]["exemplarTraceIdDestinations"]
    assert dots["name"] == "trace_id"
    assert dots["url"] == "${TRACES_URL}$${__value.raw}"
    assert "TRACES_URL" in read_services()["grafana"].environment
    (provider,) = yaml.safe_load((PROVISIONING / "dashboards" / "brainshare.yml").read_text())[
        "providers"
    ]
    assert provider["type"] == "file"
    assert provider["allowUiUpdates"] is False
