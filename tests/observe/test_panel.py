"""Every panel's every query returns data from a real stack; what may be empty says why."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.grafana.generate import BOARDS
from services.telemetry.metric import list_families
from tests.observe.board import find_empty
from tests.observe.prometheus import NoPrometheusError
from tests.observe.sheet import draw_board
from tests.observe.stack import Observed, observed_stack

MOST_OF_AN_AGENT, MOST_OF_A_GATEWAY = 600, 400
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


def test_nothing_pages_under_an_ordinary_load(seen: Observed) -> None:
    assert seen.prometheus.query(PAGES) == []


def test_a_picture_of_each_dashboard_can_be_drawn(seen: Observed, tmp_path: Path) -> None:
    for board in BOARDS:
        path = tmp_path / f"{board.uid}.png"
        draw_board(board, seen.prometheus, seen.begin, seen.end, 1.0, path)
        assert path.stat().st_size > 50_000
