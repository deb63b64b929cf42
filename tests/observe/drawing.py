"""Draws one panel: a figure on its colour, a table, or lines with their legend below."""

import math
from typing import Any

from deploy.grafana.panel import Panel
from tests.observe.board import Line
from tests.observe.shown_value import find_colour, say

COLOURS = {"green": "#56a64b", "yellow": "#f2cc0c", "red": "#e02f44", "grey": "#8e8e8e"}
MOST_LINES = 12
MINUTE_S, MANY_MINUTES = 60.0, 5
LEGEND_COLUMNS = 3
VALUE_SIZE, TEXT_SIZE, TICK_SIZE = 22, 8, 7
HEADROOM = 1.1
INSIDE = 1.5
"""An edge that is further away than so many times the highest value is not in view."""


def draw_panel(axis: Any, panel: Panel, lines: list[Line], begin: float) -> None:
    """Draw its lines into an axis.

    Args:
        begin: From when on, in Unix time.
    """
    if not lines:
        _write(axis, f"no data\n{panel.empty}", TEXT_SIZE)
    elif panel.kind == "stat":
        value = next(v for _, v in reversed(lines[0].points) if math.isfinite(v))
        axis.set_facecolor(COLOURS[find_colour(panel, value)])
        axis.set_xticks([])
        axis.set_yticks([])
        _put(axis, say(value, panel.unit), VALUE_SIZE, "white")
    elif panel.kind == "table":
        _write(axis, "\n".join(line.name for line in lines), TEXT_SIZE)
    else:
        _plot(axis, panel, lines, begin)


def _write(axis: Any, text: str, size: int) -> None:
    axis.set_axis_off()
    _put(axis, text, size, COLOURS["grey"])


def _put(axis: Any, text: str, size: int, colour: str) -> None:
    middle = {"ha": "center", "va": "center", "transform": axis.transAxes}
    axis.text(0.5, 0.5, text, fontsize=size, color=colour, wrap=True, **middle)


def _plot(axis: Any, panel: Panel, lines: list[Line], begin: float) -> None:
    shown = lines[:MOST_LINES]
    end = max(at for line in shown for at, _ in line.points)
    size, name = (MINUTE_S, "min") if end - begin > MANY_MINUTES * MINUTE_S else (1.0, "s")
    for line in shown:
        times, values = zip(*line.points, strict=True)
        axis.plot([(at - begin) / size for at in times], values, label=line.name, linewidth=1.2)
    left_out = len(lines) - len(shown)
    if left_out:
        axis.plot([], [], " ", label=f"and {left_out} more")
    _scale(axis, panel, [v for line in shown for _, v in line.points if math.isfinite(v)])
    axis.yaxis.set_major_formatter(lambda value, _: say(value, panel.unit))
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:g} {name}")
    axis.tick_params(labelsize=TICK_SIZE)
    axis.legend(
        fontsize=TICK_SIZE,
        loc="upper left",
        bbox_to_anchor=(-0.05, -0.12),
        ncols=LEGEND_COLUMNS,
        frameon=False,
    )


def _scale(axis: Any, panel: Panel, values: list[float]) -> None:
    """From 0 on, as the dashboard has it, with those edges that are in view."""
    most = max(values)
    axis.set_ylim(min(0.0, *values), HEADROOM * most if most > 0 else 1.0)
    for edge, colour in panel.steps:
        if edge is not None and edge <= INSIDE * most:
            axis.axhline(edge, color=COLOURS[colour], linestyle="--", linewidth=1)
            axis.set_ylim(top=max(axis.get_ylim()[1], HEADROOM * edge))
