"""Draws a dashboard as one plain picture, since no Grafana may be at hand: is it readable?

Panels stand where Grafana puts them, under the headings of their rows, with the colours of their
edges. So what is seen first is what a person on call sees first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from deploy.grafana.dashboard_json import WIDTH, write_board
from deploy.grafana.panel import Board, Panel
from tests.observe.board import Line, read_lines, read_places
from tests.observe.drawing import draw_panel
from tests.observe.prometheus import Prometheus

COLUMN_INCHES, ROW_INCHES = 0.8, 0.4
HEAD_INCHES = 0.5
DPI = 70
TITLE_SIZE, HEADING_SIZE = 9, 11
LEFT, RIGHT, TOP = 0.65, 0.15, 0.3
"""Room in a panel for its axis and title, in inches."""
BELOW, BELOW_OF_LINES = 0.1, 0.85
"""And for its legend, as Grafana has it."""


@dataclass(frozen=True)
class Seen:
    """What was seen, from when to when in Unix time."""

    prometheus: Prometheus
    begin: float
    end: float
    scrape_s: float = 1.0

    def read(self, panel: Panel) -> list[Line]:
        """The lines of a panel that hold a number."""
        told = (self.begin, self.end, self.scrape_s)
        return [
            line
            for legend, query in zip(panel.queries, panel.expressions, strict=True)
            for line in read_lines(self.prometheus, legend, query, *told)
            if line.has_data
        ]


def draw_board(board: Board, seen: Seen, path: Path) -> None:
    """Write the picture of a dashboard over a time."""
    headings, places = read_places(write_board(board))
    height = max(at["y"] + at["h"] for at in places) * ROW_INCHES + HEAD_INCHES
    figure = plt.figure(figsize=(WIDTH * COLUMN_INCHES, height))
    moment = f"{datetime.fromtimestamp(seen.end, UTC):%Y-%m-%d %H:%M} UTC"
    _write(figure, height, 0.1, 0.1, f"{board.title}, {moment}", HEADING_SIZE + 2)
    for title, at in headings:
        _write(figure, height, 0.1, HEAD_INCHES + at["y"] * ROW_INCHES + 0.1, title, HEADING_SIZE)
    for panel, at in zip(board.panels, places, strict=True):
        lines = seen.read(panel)
        axis = figure.add_axes(_place(figure, at, panel, is_plotted=bool(lines)))
        axis.set_title(panel.title, fontsize=TITLE_SIZE)
        draw_panel(axis, panel, lines, seen.begin)
    _save(figure, path)


def _place(
    figure: Figure, at: Mapping[str, int], panel: Panel, *, is_plotted: bool
) -> tuple[float, float, float, float]:
    """Where the axis of a panel is, in shares of the picture: left, bottom, width, height."""
    width, height = figure.get_size_inches()
    has_legend = is_plotted and panel.kind == "timeseries"
    below = BELOW_OF_LINES if has_legend else BELOW
    x, y = at["x"] * COLUMN_INCHES + LEFT, HEAD_INCHES + at["y"] * ROW_INCHES + TOP
    wide = at["w"] * COLUMN_INCHES - LEFT - RIGHT
    high = at["h"] * ROW_INCHES - TOP - below
    return x / width, 1 - (y + high) / height, wide / width, high / height


def _write(figure: Figure, height: float, x: float, y: float, text: str, size: float) -> None:
    """A text whose upper left corner is so many inches from that of the picture."""
    width = figure.get_size_inches()[0]
    figure.text(x / width, 1 - y / height, text, fontsize=size, weight="bold", va="top")


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=DPI)
    plt.close(figure)
