"""The picture of a dashboard: panels stand as in Grafana, and nothing hides a line."""

from pathlib import Path
from typing import Any, cast

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from deploy.grafana.panel import Board, Panel, Row
from tests.observe import sheet
from tests.observe.drawing import MOST_LINES
from tests.observe.prometheus import Prometheus
from tests.observe.sheet import Seen, draw_board

SAY = "Nothing is to be done."
BOARD = Board(
    "any",
    "Any",
    (
        Row("First", (Panel("Share", {"": "share"}, SAY, "percentunit", "stat", bad=0.5),)),
        Row(
            "Then",
            (
                Panel("Many", {"{{n}}": "many"}, SAY),
                Panel("Nothing", {"": "none"}, SAY, empty="Empty while all is well."),
            ),
        ),
    ),
)
SERIES = {"share": 1, "many": MOST_LINES + 3, "none": 0}


class FakePrometheus:
    """Knows how many series each query has."""

    def query_range(self, expression: str, begin: float, end: float, step_s: float) -> list[Any]:
        points = [[begin, "1"], [end, "2"]]
        return [{"metric": {"n": str(n)}, "values": points} for n in range(SERIES[expression])]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Figure:
    """What would be saved."""
    kept: list[Figure] = []
    monkeypatch.setattr(sheet, "_save", lambda figure, path: kept.append(figure))
    prometheus = cast("Prometheus", FakePrometheus())
    draw_board(BOARD, Seen(prometheus, 0.0, 60.0), Path("any.png"))
    return kept[0]


def test_panels_stand_under_the_headings_of_their_rows(drawn: Figure) -> None:
    tops = {text.get_text(): text.get_position()[1] for text in drawn.texts}
    tops |= {axis.get_title(): axis.get_position().y1 for axis in drawn.axes}
    order = sorted((name for name in tops if name), key=lambda name: -tops[name])
    assert order[0].startswith("Any, 1970-01-01 00:01")
    assert order[1:4] == ["First", "Share", "Then"]


def test_a_figure_stands_on_the_colour_of_its_edge(drawn: Figure) -> None:
    share = next(axis for axis in drawn.axes if axis.get_title() == "Share")
    assert [text.get_text() for text in share.texts] == ["200 %"]
    assert to_hex(share.get_facecolor()) == "#e02f44"


def test_a_legend_is_below_its_lines_and_says_how_many_it_leaves_out(drawn: Figure) -> None:
    many = next(axis for axis in drawn.axes if axis.get_title() == "Many")
    legend = many.get_legend()
    assert legend is not None
    assert legend.get_texts()[-1].get_text() == "and 3 more"
    assert legend.get_window_extent().y1 <= many.get_window_extent().y0
    assert many.get_ylim()[0] == 0


def test_what_is_empty_says_why(drawn: Figure) -> None:
    nothing = next(axis for axis in drawn.axes if axis.get_title() == "Nothing")
    assert [text.get_text() for text in nothing.texts] == ["no data\nEmpty while all is well."]
