"""When a header names the unit that stands with a number."""

from itertools import product

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
        ("km", "Distance (KM)", True),
        ("L", "Volume (l)", True),
        ("mL", "Volume (ml)", True),
        ("\u00b5m", "Size (\u03bcm)", True),
        ("\u03bcm", "Size in \u00b5m", True),
        ("k\u2126", "Resistance (k\u03a9)", True),
        ("\u212a", "Temperature (K)", True),
        ("t", "Weight (tons)", False),
        ("gr", "Weight (g)", False),
        ("m3", "Flow (m3/h)", False),
        ("m", "Speed (m/s)", False),
        ("N", "Torque (N m)", False),
        ("m", "Torque N m", False),
        ("N", "Torque (N·m)", False),
        ("kg", "Inertia (kg m^2)", False),
        ("kg", "Density, kg m-3", False),
        ("km", "Fuel l/100 km", False),
        ("ft", "Height (ft in)", False),
        ("min", "Time (h min)", False),
        ("oz", "Volume (fl oz)", False),
        ("€", "Price in EUR/kg", False),
        ("USD", "Price in Canadian dollars", False),
        ("USD", "Price in dollars", False),
        ("$", "Price in dollars", True),
        ("€", "Price (EUR, excl. VAT)", True),
        ("kg", "Mass (kg, dry)", True),
    ],
)
def test_another_size_of_a_unit_is_another_unit(unit: str, header: str, named: bool) -> None:
    assert is_named(unit, header) is named


SIGNS = (
    "m km cm mm μm nm pm Pm Mm Gm fm mi ft yd g kg mg Mg μg t oz lb L mL s ms Ms μs ns h min d K °C"
    " N kN MN mN Nm N·m J kJ mJ MJ W mW MW kWh MWh mWh V mV MV A mA MA Ω mΩ MΩ F S mS H T Pa hPa"
    " MPa mPa pA bar mbar Mbar Hz kHz MHz mHz b B kB KB kb Kb MB Mb MiB mol mmol Mmol cal m2 m3 km2"
    " m/s km/h Cal m3/h g/cm3 % ‰ dB mrad Mrad eV meV MeV AU u M mM"
)


def test_a_unit_is_named_by_itself_alone_whole_and_to_the_letter() -> None:
    signs = SIGNS.split()
    for sign, other in product(signs, signs):
        assert (sign, other, is_named(sign, f"Value ({other})")) == (sign, other, sign == other)
