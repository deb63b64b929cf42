"""When a header names the unit that stands with a number."""

import pytest

from services.check.measure.unit import is_named


@pytest.mark.parametrize(
    ("unit", "header", "named"),
    [
        ("km", "Length (km)", True),
        ("km", "Area (sq km)", False),
        ("sq km", "Area (sq km)", True),
        ("t", "Gold (oz t)", False),
        ("t", "Weight (t)", True),
        ("t", "Weight (metric t)", False),
        ("mg", "Mass (Mg)", False),
        ("mg", "Mass (mg)", True),
        ("milligrams", "Mass (mg)", True),
        ("mg", "Mass in milligrams", True),
        ("Mbar", "Pressure (mbar)", False),
        ("cal", "Energy (Cal)", False),
        ("mm", "Concentration (mM)", False),
        ("mm", "Rain (mm)", True),
        ("Ms", "Delay (ms)", False),
        ("mPa", "Stress (MPa)", False),
        ("EUR", "Price (in EUR)", True),
    ],
)
def test_another_size_of_a_unit_is_another_unit(unit: str, header: str, named: bool) -> None:
    assert is_named(unit, header) is named
