"""A value in a picture of a dashboard reads as it does on the dashboard."""

import math
from typing import Any

import pytest

from deploy.grafana.panel import Panel
from tests.observe.shown_value import find_colour, say


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.0000073, "s", "7.3 µs"),
        (0.0391, "s", "39.1 ms"),
        (0, "s", "0 s"),
        (90, "s", "90 s"),
        (600, "s", "10 min"),
        (-30, "s", "-30 s"),
        (7200, "s", "2 h"),
        (0.0004, "percentunit", "0.04 %"),
        (-7.33, "percentunit", "-733 %"),
        (0.0146, "currencyUSD", "$0.0146"),
        (12345.6, "currencyUSD", "$12,346"),
        (1536, "bytes", "1.5 KiB"),
        (130_000_000, "bytes", "124 MiB"),
        (105_000, "short", "105 K"),
        (3, "short", "3"),
        (0.25, "reqps", "0.25 req/s"),
        (math.nan, "s", "no value"),
    ],
)
def test_a_value_is_said_in_its_unit(value: float, unit: str, said: str) -> None:
    assert say(value, unit) == said


@pytest.mark.parametrize(
    ("told", "value", "colour"),
    [
        ({}, 9, "green"),
        ({"warn": 1, "bad": 5}, 0.5, "green"),
        ({"warn": 1, "bad": 5}, 1, "yellow"),
        ({"warn": 1, "bad": 5}, 5, "red"),
        ({"bad": 1, "is_low_bad": True}, 0, "red"),
        ({"bad": 1, "is_low_bad": True}, 1, "green"),
        ({"warn": 0.5, "bad": 0.0, "is_low_bad": True}, -7.3, "red"),
        ({"warn": 0.5, "bad": 0.0, "is_low_bad": True}, 0.2, "yellow"),
    ],
)
def test_a_value_has_the_colour_of_the_edge_that_it_has_reached(
    told: dict[str, Any], value: float, colour: str
) -> None:
    assert find_colour(Panel("Any", {"": "up"}, "Nothing is to be done.", **told), value) == colour
