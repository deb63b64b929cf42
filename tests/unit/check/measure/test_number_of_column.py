"""A number that may be one of two, or is more than a number, stays as it was written."""

import pytest

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.table.cell import Judged, judge
from services.check.table.column import make_column
from services.check.table.locale import read_locale

INTEGER, DECIMAL = DataType.INTEGER, DataType.DECIMAL


def propose(kind: DataType | None, locale: str | None, cells: list[str], cell: str) -> Judged:
    column = FinalColumn("c1", "Value", kind, None, "", is_suggested=False)
    return judge(cell, make_column(column, tuple(cells), locale=read_locale(locale)))


KEPT: list[tuple[DataType | None, str | None, list[str], list[str]]] = [
    (DECIMAL, "de", ["12", "7"], ["1.500", "12.000", "-1.500", "3.5"]),
    (DECIMAL, "de", ["1,5", "12,25"], ["1.500", "25.000"]),
    (DECIMAL, "pt-BR", ["1,5", "12,25"], ["1.500"]),
    (DECIMAL, "es", ["1,5", "12,25"], ["1.500"]),
    (DECIMAL, "it", ["10", "20"], ["1.500"]),
    (DECIMAL, "fr", ["12,5", "7"], ["1.799"]),
    (DECIMAL, None, ["1,5", "12,25"], ["1.500"]),
    (DECIMAL, None, ["5", "12"], ["1,500", "1,500 (about)"]),
    (DECIMAL, None, ["1.5", "12.25"], ["1,500"]),
    (DECIMAL, "da", ["82072217.673"], ["437,851"]),
    (DECIMAL, "fr-CH", [], ["62,775"]),
    (DECIMAL, "en-ZA", ["1.5"], ["956,699"]),
    (DECIMAL, "tr", ["%12,5", "%7"], ["%3,5", "%0,07", "0.07"]),
    (INTEGER, None, ["12", "7"], ["1.500", "12.000"]),
    (INTEGER, None, ["1,500", "12,000"], ["1.500", "9,876", "1,234,567"]),
    (INTEGER, "de-AT", ["1.000", "25 000"], ["1.799", "26 000"]),
    (INTEGER, None, ["(1,250)", "300"], ["4,000", "(725)", "-725", "(4,000)"]),
    (INTEGER, None, ["1 250", "300"], ["4 000"]),
    (DECIMAL, None, ["(12.50)", "3.00"], ["(7.25)", "4.00"]),
    (None, None, ["(12.50)", "3.00"], ["(7.25)", "4.00", "-7.25"]),
    (DECIMAL, None, ["($12.50)", "$3.00"], ["($7.25)", "$4.00"]),
    (DECIMAL, None, ["½", "¾"], ["¼", "1½", "1 1/2", "0.25"]),
    (DECIMAL, None, ["1/2", "3/4"], ["1 1/2", "5/8", "⅝"]),
    (DECIMAL, None, ["<0.5", "1.2"], [">10", "≤2", "≥ 3", "3.4", "<0.1"]),
    (DECIMAL, None, ["5–7", "9–12"], ["5-7", "5 – 7", "13+"]),
    (INTEGER, None, ["3-5", "6-8"], ["9–12", "13+", "<3"]),
    (DECIMAL, None, ["1.5-2.5", "3-4"], ["2–3", "2 to 3"]),
    (DECIMAL, "de-CH", ["Fr. 12.00", "Fr. 5.50"], ["Fr. 9.–", "Fr. 7.20"]),
    (DECIMAL, None, ["5.5", "12"], ["~7", "≈ 7.5", "±3"]),
    (INTEGER, None, ["5551234"], ["+49 151 2345678"]),
    (INTEGER, None, ["1.0", "2.0"], ["3.0", "4"]),
    (DECIMAL, None, ["1.250", "300"], ["4.000", "4,000"]),
    (DECIMAL, None, ["IV", "XII"], ["VII", "none"]),
    (DECIMAL, None, ["5.97×10^24", "6.42×10^23"], ["1.9×10^27", "1.9e27", "1,9×10²⁷"]),
    (DECIMAL, None, ["1.6×10^-19"], ["6.6×10⁻³⁴", "9.1E-31"]),
    (DECIMAL, "ar", ["١٢٫٥", "٣٫٢"], ["٧٫٢٥", "-١٬٢٣٤٫٥"]),
    (DECIMAL, "ar-SA", ["205٬055٫15", "11٬060٫74"], ["-3٬760٫957"]),
    (INTEGER, "mr", ["9,227", "144"], ["95,40,623", "9,540,623"]),
    (DECIMAL, "fil", ["5.5 kilometro"], ["1,439,489.6 na kilometro"]),
]


@pytest.mark.parametrize(("kind", "locale", "cells", "proposals"), KEPT)
def test_what_may_mean_two_numbers_or_more_than_one_is_kept(
    kind: DataType | None, locale: str | None, cells: list[str], proposals: list[str]
) -> None:
    for cell in proposals:
        judged = propose(kind, locale, cells, cell)
        if (judged.value, judged.repairs) != (cell, ()):
            assert (cell, judged.value) == ("3.5", "3,5")


def test_about_five_is_not_like_a_negative_number() -> None:
    assert propose(DECIMAL, "en-IN", ["~12,5"], "-17.783,125").value == "-17783.125"


@pytest.mark.parametrize("cells", [["6,5"], ["762,50 (est.)", "12,5-"], ["941.5", "+64"]])
def test_a_cell_that_is_there_is_kept_though_it_is_not_of_the_type(cells: list[str]) -> None:
    for cell in cells:
        judged = propose(INTEGER, "sv", cells, cell)
        assert (judged.value, judged.repairs, judged.flags) == (cell, (), ())


WRITTEN: list[tuple[DataType | None, str | None, list[str], str, str]] = [
    (DECIMAL, "de", ["1,5", "12,25"], "1.85", "1,85"),
    (DECIMAL, "de", ["1,5", "12,25"], "1.234,5", "1234,5"),
    (DECIMAL, "en", ["1.5", "12.25"], "1,500", "1500"),
    (DECIMAL, "de", [], "1,500", "1.500"),
    (DECIMAL, "en-DE", [], "1,500", "1.500"),
    (DECIMAL, "es-419", [], "1,500", "1500"),
    (DECIMAL, "ES_pa", [], "1,500", "1500"),
    (DECIMAL, "he", ["18.14"], "\u200f1,743.70", "1743.70"),
    (DECIMAL, "fr", ["12,5", "7"], "1 799,5", "1799,5"),
    (INTEGER, "de", ["12", "7"], "1.500", "1500"),
    (INTEGER, None, ["12", "7"], "1,500", "1500"),
    (INTEGER, None, ["(1,250)", "300"], "4000", "4,000"),
    (INTEGER, None, ["5", "12"], "٣", "3"),
    (DECIMAL, None, ["5.5", "12"], "٣٫٥", "3.5"),
]


@pytest.mark.parametrize(("kind", "locale", "cells", "cell", "written"), WRITTEN)
def test_what_can_mean_but_one_number_is_written_as_the_column_writes(
    kind: DataType | None, locale: str | None, cells: list[str], cell: str, written: str
) -> None:
    judged = propose(kind, locale, cells, cell)
    assert (judged.value, judged.repairs) == (written, ("C10",))
