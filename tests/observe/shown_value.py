"""A value as a panel of Grafana shows it: in a unit that a person reads, in its edges' colour."""

import math

from deploy.grafana.panel import Panel

DIGITS = 3
KIBI, KILO = 1024.0, 1000.0
OF_BYTES = ("B", "KiB", "MiB", "GiB", "TiB")
OF_COUNTS = ("", " K", " M", " G", " T")
OF_SECONDS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
LEAST_MANY = 2.0
"""Of a unit there are so many before it is taken: 90 s, not 1.5 min."""


def say(value: float, unit: str) -> str:
    """A value in a panel's unit, by Grafana's name of it."""
    if not math.isfinite(value):
        return "no value"
    if unit == "s":
        return _say_seconds(value)
    if unit == "bytes":
        return _scale(value, KIBI, OF_BYTES, " ")
    if unit == "percentunit":
        return f"{_cut(100 * value)} %"
    if unit == "currencyUSD":
        return f"${_cut(value)}" if abs(value) < KILO else f"${value:,.0f}"
    return _scale(value, KILO, OF_COUNTS) + (" req/s" if unit == "reqps" else "")


def find_colour(panel: Panel, value: float) -> str:
    """The colour of the highest of the panel's edges that the value has reached."""
    reached = [colour for at, colour in panel.steps if at is None or at <= value]
    return reached[-1]


def _say_seconds(value: float) -> str:
    size, name = next(
        (of for of in OF_SECONDS if abs(value) >= of[0] * (LEAST_MANY if of[0] > 1 else 1)),
        (1.0, "s"),
    )
    return f"{_cut(value / size)} {name}"


def _scale(value: float, base: float, names: tuple[str, ...], between: str = "") -> str:
    step = 0
    while abs(value) >= base and step + 1 < len(names):
        value, step = value / base, step + 1
    return f"{_cut(value)}{between}{names[step]}"


def _cut(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= KILO else f"{value:.{DIGITS}g}"
