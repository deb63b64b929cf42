"""What a model proposes for a column that has cells: kept, or written as the column writes."""

import pytest

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.table.cell import judge
from services.check.table.column import CheckedColumn, make_column
from services.check.table.locale import read_locale

TEXT, INTEGER, DECIMAL = DataType.TEXT, DataType.INTEGER, DataType.DECIMAL
DATETIME, BOOLEAN, ENUM = DataType.DATETIME, DataType.BOOLEAN, DataType.ENUM
DE, NONE = "de-DE", None


def learn(
    kind: DataType | None, cells: list[str], locale: str | None = None, header: str = "Value"
) -> CheckedColumn:
    column = FinalColumn("c1", header, kind, None, "", is_suggested=False)
    return make_column(column, tuple(cells), locale=read_locale(locale))


KEPT: list[tuple[DataType | None, str | None, list[str], list[str]]] = [
    (NONE, NONE, ["+4915100011122", "+33601020304"], ["+4915100033344", "0151 22"]),
    (NONE, NONE, ["02134", "10001"], ["01103", "06103-1234"]),
    (NONE, NONE, ["10001", "20002"], ["01103", "06103-1234"]),
    (NONE, NONE, ["2310009E13", "1110001E10"], ["5730510E11"]),
    (NONE, NONE, ["1.0", "2.0"], ["4.0", "3.10", "5.1.2"]),
    (NONE, NONE, ["1.5", "2.0"], ["4.0", "3.10"]),
    (NONE, NONE, ["NO", "NO", "SE"], ["DK", "NO", "ON"]),
    (NONE, NONE, ["F", "F", "M"], ["X", "N", "T"]),
    (NONE, NONE, ["x", "o", "x"], ["t", "X", "si", "ja"]),
    (NONE, NONE, ["€12.50", "$140.00", "£9.99"], ["£7.25", "$30.00", "¥500"]),
    (NONE, NONE, ["€12.50", "€9.99"], ["€7.25", "$30.00", "7 to 9"]),
    (NONE, NONE, ["12 kg", "3 lb"], ["4 kg", "9 oz"]),
    (NONE, DE, ["1,789", "1,829"], ["1,799", "1.799"]),
    (NONE, DE, ["0,125", "-0,375"], ["0,500", "-0,625"]),
    (NONE, NONE, ["1,23,456", "12,00,000"], ["9,87,654"]),
    (NONE, NONE, ["1'234.50", "900.00"], ["2'345.60"]),
    (NONE, NONE, ["15/01/2025", "31/12/2024", "09/01/2025"], ["05/02/2025", "14/02/2025"]),
    (NONE, NONE, ["01/02/2025", "03/04/2025"], ["05/06/2025", "2025-02-01"]),
    (NONE, DE, ["1.000", "2.000"], ["0.000", "1.5"]),
    (NONE, DE, ["1/1/2000"], ["1/13/2000", "2000-01-13"]),
    (NONE, NONE, ["Jan 1 2000", "Feb 1 2000"], ["May 1 2000"]),
    (NONE, NONE, ["2019-03-23 20:21:09"], ["2019-03-04 16:11:55"]),
    (NONE, NONE, ["12 %", "5 %"], ["7 %", "0.12"]),
    (NONE, NONE, ["Todo", "Done"], ["Todo", "todo"]),
    (NONE, NONE, ["ODI", "T20", "Test"], ["Test"]),
    (NONE, NONE, ["Null", "Berg"], ["Null", "Test"]),
    (NONE, NONE, ["Sample 1", "Sample 2"], ["Sample 4"]),
    (NONE, NONE, ["n/a", "-", "2040+"], ["N/A", "-"]),
    (NONE, NONE, ["5", "?", "7"], ["?", "8"]),
    (NONE, NONE, [".-", "-...", "-.-."], ["-", "--", "---", "...", ".."]),
    (NONE, NONE, ["!", "!?", "!!"], ["?", "??"]),
    (NONE, NONE, ["+", "+", "+"], ["-", "−"]),
    (NONE, NONE, ["A", "A-", "B+"], ["B-", "-"]),
    (NONE, NONE, ["male", "female", "male"], ["unknown", "not applicable"]),
    (NONE, "de", ["ja", "nein", "weiß nicht"], ["unbekannt", "k. A."]),
    (NONE, NONE, ["string", "number", "boolean"], ["undefined", "null"]),
    (TEXT, "km", ["ខ្មែរ"], ["ភាសា\u200bខ្មែរ"]),
    (TEXT, NONE, ["print(1)"], ["if a<b and c>d: pass", "#include <map>", "vec<a>", "<p>"]),
    (NONE, NONE, ["5", "12"], ["6 (two of them)", "about 12", "12.5", "1e5"]),
    (NONE, NONE, ["12345678901234567"], ["12345678901234567.25"]),
    (TEXT, NONE, ["F", "M"], ["X", "n/a", "Test", "true"]),
    (TEXT, NONE, ["yes", "no", "on"], ["off", "true", "wahr"]),
    (TEXT, NONE, ["12", "13"], ["1,234.50", "+49", "007", "1E5", "-"]),
    (INTEGER, NONE, ["1,234", "56,789,012"], ["9,876"]),
    (INTEGER, NONE, ["007", "012"], ["003"]),
    (INTEGER, NONE, ["1.0", "2.0"], ["3.0", "4"]),
    (DECIMAL, DE, ["1,789", "1,829"], ["1,799"]),
    (DECIMAL, NONE, ["€12.50", "$140.00"], ["$7.25", "€1.00"]),
    (DECIMAL, NONE, ["€12.50", "€140.00"], ["€7.25", "$1.00"]),
    (DECIMAL, NONE, ["12 %", "-5 %"], ["-7 %"]),
    (DECIMAL, NONE, ["1.0", "2.0"], ["3.0"]),
    (DECIMAL, NONE, ["(1,234.50)", "12.00", "7.00"], ["(99.00)", "(5)"]),
    (INTEGER, NONE, ["5", "7", "2 (Phobos, Deimos)"], ["3 (Ceres, Vesta)"]),
    (INTEGER, NONE, ["5", "7", "<10"], ["<5"]),
    (DECIMAL, NONE, ["2", "?", "4"], ["?"]),
    (DATETIME, NONE, ["Jan 1 2000", "Feb 1 2000"], ["May 1 2000"]),
    (DATETIME, NONE, ["2019-03-23 20:21:09"], ["2019-03-04 16:11:55"]),
    (DATETIME, NONE, ["1/8/1990 0:00"], ["12/28/1991 13:45"]),
    (DATETIME, NONE, ["01/02/2025", "03/04/2025"], ["05/06/2025"]),
    (BOOLEAN, NONE, ["True", "False"], ["True"]),
    (BOOLEAN, NONE, ["ja", "nein"], ["ja"]),
    (ENUM, NONE, ["A", "B"], ["B"]),
]


@pytest.mark.parametrize(("kind", "locale", "cells", "proposals"), KEPT)
def test_what_may_stand_in_a_column_is_kept_to_the_letter(
    kind: DataType | None, locale: str | None, cells: list[str], proposals: list[str]
) -> None:
    column = learn(kind, cells, locale)
    for proposal in proposals:
        judged = judge(proposal, column)
        assert (judged.value, judged.repairs) == (proposal, ())


WRITTEN: list[tuple[DataType | None, str | None, list[str], str, str]] = [
    (NONE, NONE, ["15/01/2025", "09/01/2025"], "2025-02-05", "05/02/2025"),
    (NONE, NONE, ["1/15/2025", "2/3/2025"], "2025-02-05", "2/5/2025"),
    (NONE, NONE, ["15.1.2025"], "2025-02-05", "5.2.2025"),
    (NONE, NONE, ["January 5, 2024", "March 1, 2023"], "2025-02-05", "February 5, 2025"),
    (NONE, NONE, ["2024-01-05"], "Feb 5, 2025", "2025-02-05"),
    (NONE, NONE, ["12 %", "5 %"], "7", "7 %"),
    (NONE, NONE, ["12 %", "5 %"], "7%", "7 %"),
    (NONE, NONE, ["€12.50", "€9.99"], "7.25", "€7.25"),
    (NONE, NONE, ["€12.50", "€9.99"], "€ 7.25", "€7.25"),
    (NONE, NONE, ["12,50 €", "9,99 €"], "7.25", "7,25 €"),
    (NONE, NONE, ["1.234,50", "12,00"], "1234567.5", "1.234.567,5"),
    (NONE, NONE, ["1,23,456", "12,00,000"], "9876543", "98,76,543"),
    (NONE, NONE, ["1,234,567", "950"], "1234567", "1,234,567"),
    (NONE, NONE, ["Yes", "No", "No"], "true", "Yes"),
    (NONE, NONE, ["Yes", "No", "No"], "no", "No"),
    (BOOLEAN, NONE, ["Yes", "No"], "false", "No"),
    (DECIMAL, DE, ["1,789"], "1.85", "1,85"),
    (INTEGER, NONE, ["12", "13"], "14 (two of them)", "14"),
    (DATETIME, NONE, ["15/01/2025", "09/01/2025"], "2025-02-05", "05/02/2025"),
    (NONE, NONE, ["5", "12"], "unknown", ""),
    (NONE, NONE, ["Mars", "Venus"], "N/A", ""),
]


@pytest.mark.parametrize(("kind", "locale", "cells", "proposal", "written"), WRITTEN)
def test_what_can_mean_but_one_thing_is_written_as_the_column_writes_and_said(
    kind: DataType | None, locale: str | None, cells: list[str], proposal: str, written: str
) -> None:
    judged = judge(proposal, learn(kind, cells, locale))
    assert judged.value == written
    assert judged.repairs != ()


@pytest.mark.parametrize(
    ("kind", "cells", "proposal"),
    [
        (NONE, ["5", "12"], "about 12"),
        (NONE, ["15/01/2025"], "in spring"),
        (NONE, ["€1", "€2"], "$3"),
        (DECIMAL, ["€1", "$2"], "£3"),
        (DECIMAL, ["5", "12"], "1,799"),
        (DATETIME, ["2024-01-05"], "01/02/2024"),
    ],
)
def test_what_is_odd_where_nobody_gave_the_type_or_may_be_one_of_two_is_kept_and_said(
    kind: DataType | None, cells: list[str], proposal: str
) -> None:
    judged = judge(proposal, learn(kind, cells))
    assert (judged.value, judged.flags) == (proposal, ("C14",))


@pytest.mark.parametrize(
    ("kind", "cells", "proposal"),
    [
        (INTEGER, ["5"], "about 12"),
        (INTEGER, ["5"], "5.5"),
        (DATETIME, ["15/01/2025"], "31/02/2025"),
        (DATETIME, ["2023-02-28", "x y"], "2023-02-29"),
        (BOOLEAN, ["Yes", "No"], "Maybe"),
        (ENUM, ["A", "B"], "C"),
    ],
)
def test_a_declared_type_is_obeyed(kind: DataType, cells: list[str], proposal: str) -> None:
    assert judge(proposal, learn(kind, cells)).value is None
