"""Every panel's every query returns data from a real stack; what may be empty says why."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.grafana.generate import BOARDS
from deploy.metric_name import resolve
from services.cli.explanation.explanation import explain
from services.cli.explanation.prometheus import read_prometheus
from services.telemetry.metric import list_families
from tests.observe.board import find_empty, find_zero
from tests.observe.prometheus import NoPrometheusError
from tests.observe.sheet import Seen, draw_board
from tests.observe.stack import Observed, observed_stack
from tests.unit.telemetry.label_value import LABEL_VALUES, ONE

MOST_OF_AN_AGENT, MOST_OF_A_GATEWAY = 600, 400
SOMETHING_TO_SEE = {
    "Jobs that failed, 1 h",
    "Jobs accepted and finished, a minute",
    "Work that is retried, 10 min",
    "Records ended, a minute",
    "Calls by outcome, a minute",
    "Tokens, a minute",
    "Tokens that results have taken",
    "What results have cost",
    "Cost of an hour",
    "Cost of a job, 1 h",
    "Cost of today",
    "Cost by stage, an hour",
    "Forecast of the month",
    "Spent",
    "Budget of the day that is spent",
    "Canaries, in an hour",
    "Up",
    "Gateways and what they lead",
}
"""Of which the load makes sure."""
WITH_DOTS = ("brainshare_stage_duration_seconds", "brainshare_job_duration_seconds")
PAGES = 'ALERTS{alertstate="firing",severity="page"}'

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observed]:
    """A laptop may be without Prometheus; CI may not."""
    try:
        with observed_stack(tmp_path_factory.mktemp("observe")) as observed:
            yield observed
    except NoPrometheusError as error:
        if os.environ.get("CI"):  # noqa: TID251 - not a setting
            raise
        pytest.skip(str(error))


def test_every_query_of_every_panel_returns_data(seen: Observed) -> None:
    assert find_empty(seen.prometheus, seen.begin, seen.end) == {}


def test_what_the_load_has_made_happen_is_seen(seen: Observed) -> None:
    assert find_zero(seen.prometheus, seen.begin, seen.end, SOMETHING_TO_SEE) == set()


@pytest.mark.parametrize("name", WITH_DOTS)
def test_prometheus_keeps_the_dots_that_lead_to_traces(seen: Observed, name: str) -> None:
    told = {"query": f"{name}_bucket", "start": seen.begin, "end": seen.end}
    dots = [dot for of in seen.prometheus.ask("query_exemplars", **told) for dot in of["exemplars"]]
    assert dots
    assert all(re.fullmatch("[0-9a-f]{32}", dot["labels"]["trace_id"]) for dot in dots)


def test_what_is_wrong_is_told_from_prometheus_alone(seen: Observed) -> None:
    served, wrong, cost = explain(read_prometheus(seen.prometheus.url))
    assert served.startswith("Gateway and stages pass jobs on: ")
    # Of the answers that the load has made fail within the last minute it may tell.
    assert any(told in wrong for told in ("Nothing is wrong", "ModelErrors", "DeadLetters"))
    assert " USD today" in cost


def test_a_process_exports_no_more_series_than_its_budget(seen: Observed) -> None:
    for job, most in (
        ("brainshare-agent", MOST_OF_AN_AGENT),
        ("brainshare-gateway", MOST_OF_A_GATEWAY),
    ):
        query = f'count by (instance) ({{__name__=~"brainshare_.*|gen_ai_.*",job="{job}"}})'
        counts = [float(one["value"][1]) for one in seen.prometheus.query(query)]
        assert counts
        assert max(counts) < most, (job, counts)


def test_every_label_of_what_is_exported_is_in_the_catalogue(seen: Observed) -> None:
    known = {label for family in list_families() for label in family.labels} | {"le"}
    found = seen.prometheus.query('count by (__name__) ({__name__=~"brainshare_.*_total"})')
    assert len(found) > 20
    for family in list_families():
        series = seen.prometheus.ask("series", **{"match[]": family.samples[0]})
        for labels in series:
            assert set(labels) - {"__name__", "instance", "job"} <= known, family.name


def test_every_label_holds_what_the_budget_has_reckoned_with(seen: Observed) -> None:
    """Else the greatest number of series, which a unit test works out, would be too small."""
    unknown = set[tuple[str, str, str]]()
    for constant, values in LABEL_VALUES.items():
        name = resolve(f"@{constant}")
        told = seen.prometheus.ask("series", **{"match[]": f'{{__name__=~"{name}(_count)?"}}'})
        for label, known in values.items():
            found = {series[label] for series in told}
            unknown |= {(name, label, one) for one in found if known != ONE} - {
                (name, label, one) for one in known
            }
    assert unknown == set()


def test_nothing_pages_under_an_ordinary_load(seen: Observed) -> None:
    assert seen.prometheus.query(PAGES) == []


def test_a_picture_of_each_dashboard_can_be_drawn(seen: Observed, tmp_path: Path) -> None:
    for board in BOARDS:
        path = tmp_path / f"{board.uid}.png"
        draw_board(board, Seen(seen.prometheus, seen.begin, seen.end), path)
        assert path.stat().st_size > 50_000
