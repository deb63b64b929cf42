"""A unit goes only where the header names the same one; any other stays with its number."""

import pytest

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.table.cell import Judged, judge
from services.check.table.column import make_column
from services.check.table.locale import read_locale

PLAIN = ["1.5", "12.25"]


def propose(
    cell: str,
    header: str,
    cells: list[str],
    kind: DataType | None = DataType.DECIMAL,
    locale: str | None = None,
) -> Judged:
    column = FinalColumn("c1", header, kind, None, "", is_suggested=False)
    return judge(cell, make_column(column, tuple(cells), locale=read_locale(locale)))


NAMED = [
    ("Weight (kg)", "3 kg", "3"),
    ("kg", "3kg", "3"),
    ("weight_kg", "3 kg", "3"),
    ("Distance/km", "3 km", "3"),
    ("Distance in kilometres", "3 km", "3"),
    ("Height in m", "3 m", "3"),
    ("Length (h)", "3 hours", "3"),
    ("Temperature, °C", "20 °C", "20"),
    ("Temp. in Grad Celsius", "20 °C", "20"),
    ("Price EUR", "3 €", "3"),
    ("Preis in Euro", "3,50 EUR", "3.50"),
    ("Price (USD)", "$1,234.50", "1234.50"),
    ("Price in pounds", "£3", "3"),
    ("Weight in pounds", "3 lb", "3"),
    ("価格（円）", "5,000円", "5000"),
    ("Area (m²)", "12 m2", "12"),
    ("Share (%)", "12 %", "12"),
    ("Anteil in Prozent", "12 %", "12"),
    ("Pages read", "300 pages", "300"),
    ("Size (MB)", "3 MB", "3"),
    ("Fuel economy (mpg)", "28 mpg", "28"),
    ("重さ（kg）", "３ｋｇ", "3"),
    ("Вага, кг", "3 кг", "3"),
    ("Prijs per kg in €", "3 €", "3"),
    ("Population (M)", "5M", "5"),
]


@pytest.mark.parametrize(("header", "cell", "number"), NAMED)
def test_the_unit_that_the_header_names_is_taken_off(header: str, cell: str, number: str) -> None:
    assert propose(cell, header, PLAIN, locale="en").value == number


OTHERS: list[tuple[str, list[str], list[str]]] = [
    ("Temperature °C", PLAIN, ["68 °F", "293 K"]),
    ("Temperature (°C)", PLAIN, ["68 °F"]),
    ("Price EUR", PLAIN, ["$3", "¥300", "CHF 3"]),
    ("Price in EUR", PLAIN, ["3 USD", "£3"]),
    ("Price (CNY)", PLAIN, ["¥3"]),
    ("Height in m", PLAIN, ["300 cm", "3 ft", "3 in"]),
    ("Height (m)", PLAIN, ["300 cm", "3 ft (about)"]),
    ("kg", PLAIN, ["3 lb", "3 t"]),
    ("weight_kg", PLAIN, ["300 g"]),
    ("Distance/km", PLAIN, ["300 m", "3 miles"]),
    ("Size (MB)", PLAIN, ["3 GB", "3 Mb"]),
    ("Power (mW)", PLAIN, ["3 MW"]),
    ("Time (s)", PLAIN, ["3 min", "300 ms"]),
    ("Length (hours)", PLAIN, ["3 days"]),
    ("Weight", PLAIN, ["3 lb", "70 kg"]),
    ("Prijs per kg in €", PLAIN, ["3 kg"]),
    ("Price EUR/kg", PLAIN, ["3 kg"]),
    ("Salary (k USD)", PLAIN, ["$60,000", "$60k"]),
    ("Revenue, USD m", PLAIN, ["$60", "60 m"]),
    ("Umsatz (Mio. €)", PLAIN, ["3 €"]),
    ("Budget (USD '000)", PLAIN, ["$60,000"]),
    ("Price", PLAIN, ["$3", "3 €"]),
    ("Price", [], ["$3", "3 €", "\u200f743.70\xa0\u200f₹", "95,27 £GB"]),
    ("Share", ["0.12", "0.05"], ["7 %", "7%", "7‰"]),
    ("Share", ["12 %", "5 %"], ["0.12", "0.5", "1", "7‰"]),
    ("Share (%)", PLAIN, ["5‰"]),
    ("Distance", ["5 km", "12 km"], ["300 m", "3 mi"]),
    ("Price", ["5.00", "€12.50"], ["$3", "£3.00"]),
    ("Duration", ["1h 30m", "2h 45m"], ["45m", "90 min"]),
    ("Capacity", ["10 kΩ", "4.7 kΩ"], ["1 MΩ", "100 Ω"]),
    ("Price", ["3 €/kg", "2.50 €/kg"], ["4 $/kg", "4 €/l"]),
]


@pytest.mark.parametrize(("header", "cells", "proposals"), OTHERS)
def test_a_unit_that_may_be_another_stays_with_its_number(
    header: str, cells: list[str], proposals: list[str]
) -> None:
    for cell in proposals:
        judged = propose(cell, header, cells)
        assert (judged.value, judged.repairs) == (cell, ())


@pytest.mark.parametrize(
    ("locale", "header", "cells", "cell", "written"),
    [
        ("tr", "Fiyat (TL)", ["1.250,50", "12,00"], "1.500 TL", "1.500"),
        ("tr", "Fiyat (TL)", ["1.250,50", "12,00"], "7,50 ₺", "7,50"),
        ("fi", "Lämpötila °C", ["−5,5", "2"], "−7,5 °C", "−7,5"),
        ("de", "Preis (€)", ["1,5", "12,25"], "1.500 €", "1.500 €"),
        ("de", "Preis", ["1,5", "12,25"], "1.500 (ca.)", "1.500 (ca.)"),
        ("fr", "Poids (kg)", ["1,5", "12,25"], "3,5 kg", "3,5"),
    ],
)
def test_what_is_left_of_it_is_read_as_the_column_writes(
    locale: str, header: str, cells: list[str], cell: str, written: str
) -> None:
    assert propose(cell, header, cells, locale=locale).value == written


UNTYPED = [
    (["12 %", "5 %"], ["0.12", "1", "7‰"]),
    (["0.12", "0.05"], ["7 %"]),
    (["20 °C", "25 °C"], ["68 °F"]),
    (["5 kg", "12 kg"], ["300 g", "7 lb"]),
]


@pytest.mark.parametrize(("cells", "proposals"), UNTYPED)
def test_where_nobody_gave_the_type_too(cells: list[str], proposals: list[str]) -> None:
    for cell in proposals:
        judged = propose(cell, "Value", cells, None)
        assert (judged.value, judged.flags) == (cell, ("C14",))


SAME = [
    ("Distance", ["5 km", "12 km"], "7", "7 km"),
    ("Distance", ["5 km", "12 km"], "7km", "7 km"),
    ("Share", ["12 %", "5 %"], "7", "7 %"),
    ("Share", ["12 %", "5 %"], "0", "0 %"),
    ("Temp", ["20 °C", "25 °C"], "22°C", "22 °C"),
    ("Harga", ["Rp 1.250", "Rp 300,50"], "Rp4.000", "Rp 4.000"),
]


@pytest.mark.parametrize(("header", "cells", "cell", "written"), SAME)
def test_a_number_without_its_unit_is_written_as_the_column_writes(
    header: str, cells: list[str], cell: str, written: str
) -> None:
    judged = propose(cell, header, cells)
    assert (judged.value, judged.repairs) == (written, ("C10",))
