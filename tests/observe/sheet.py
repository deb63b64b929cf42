"""Draws a dashboard as one plain picture, since no Grafana may be at hand: is it readable?"""

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from deploy.grafana.panel import Board, Panel
from tests.observe.board import Line, read_lines
from tests.observe.prometheus import Prometheus

COLUMNS = 4
PANEL_INCHES = (5.2, 3.1)
DPI = 80
MOST_LINES = 12
COLOURS = {"green": "#56a64b", "yellow": "#f2cc0c", "red": "#e02f44", "grey": "#8e8e8e"}


def draw_board(
    board: Board, prometheus: Prometheus, begin: float, end: float, scrape_s: float, path: Path
) -> None:
    """Write the picture of a dashboard over a time."""
    rows = math.ceil(len(board.panels) / COLUMNS)
    width, height = PANEL_INCHES
    figure, axes = plt.subplots(
        rows, COLUMNS, figsize=(width * COLUMNS, height * rows), squeeze=False, layout="constrained"
    )
    figure.suptitle(f"{board.title}, {datetime.fromtimestamp(end, UTC):%Y-%m-%d %H:%M} UTC")
    for place, axis in enumerate(axes.flat):
        if place >= len(board.panels):
            axis.set_axis_off()
            continue
        panel = board.panels[place]
        lines = [
            line
            for legend, query in zip(panel.queries, panel.expressions, strict=True)
            for line in read_lines(prometheus, legend, query, begin, end, scrape_s)
        ]
        axis.set_title(panel.title, fontsize=10)
        _draw(axis, panel, [line for line in lines if line.has_data], begin)
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=DPI)
    plt.close(figure)


def _draw(axis: Any, panel: Panel, lines: list[Line], begin: float) -> None:
    if not lines:
        _write(axis, f"no data\n{panel.empty}", "grey", size=9)
    elif panel.kind == "stat":
        value = next(v for _, v in reversed(lines[0].points) if math.isfinite(v))
        _write(axis, say(value, panel.unit), judge(panel, value), size=26)
    elif panel.kind == "table":
        _write(axis, "\n".join(line.name for line in lines), "grey", size=9)
    else:
        _plot(axis, panel, lines, begin)


def _write(axis: Any, text: str, colour: str, size: int) -> None:
    axis.set_axis_off()
    axis.text(
        0.5, 0.5, text, ha="center", va="center", fontsize=size, color=COLOURS[colour], wrap=True
    )


def _plot(axis: Any, panel: Panel, lines: list[Line], begin: float) -> None:
    for line in lines[:MOST_LINES]:
        axis.plot(
            [at - begin for at, _ in line.points], [v for _, v in line.points], label=line.name
        )
    for edge, colour in ((panel.warn, "yellow"), (panel.bad, "red")):
        if edge is not None and edge <= 1.5 * axis.get_ylim()[1]:
            axis.axhline(edge, color=COLOURS[colour], linestyle="--", linewidth=1)
    if axis.get_ylim()[0] <= 0 <= min((v for line in lines for _, v in line.points), default=0):
        axis.set_ylim(bottom=0)
    axis.yaxis.set_major_formatter(lambda value, _: say(value, panel.unit))
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:.0f} s")
    axis.tick_params(labelsize=7)
    axis.legend(fontsize=6, loc="upper left")


def say(value: float, unit: str) -> str:
    """A value as a panel shows it."""
    if unit == "percentunit":
        return f"{value:.1%}"
    if unit == "currencyUSD":
        return f"${value:.4g}"
    if unit == "bytes":
        return f"{value / 1024:.0f} KiB" if value < 1024**2 else f"{value / 1024**2:.0f} MiB"
    if unit == "s":
        return f"{value:.3g} s" if value < 120 else f"{value / 60:.3g} min"
    return f"{value:.4g}" + (" /s" if unit == "reqps" else "")


def judge(panel: Panel, value: float) -> str:
    """The colour of a value: as its thresholds say."""
    for edge, colour in ((panel.bad, "red"), (panel.warn, "yellow")):
        if edge is not None and (value <= edge if panel.is_low_bad else value >= edge):
            return colour
    return "green"
