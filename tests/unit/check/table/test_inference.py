"""A column whose type nobody has given is text, until all of its cells prove another."""

import pytest

from schemas.table.context import DataType
from services.check.table.inference import agrees, infer_type, is_belied
from services.check.table.locale import Locale, read_locale

NUMBERS = [
    (["5", "12", "unknown", ""], "integer"),
    (["-105", "9.1", "-229"], "decimal"),
    (["1801", "1930"], "integer"),
    (["1,234,567", "950"], "integer"),
    (["12,34,567", "8,00,000"], "integer"),
    (["1'234.50", "12.00"], "decimal"),
    (["1’234", "56"], "integer"),
    (["1.234,50", "3,20"], "decimal"),
    (["0,125", "-0,375"], "decimal"),
    (["12 %", "5 %"], "integer"),
    (["€12.50", "€9.99"], "decimal"),
    (["\u22125", "7"], "integer"),
]
IDENTIFIERS = [
    ["+4915100011122", "+33601020304"],
    ["02134", "10001"],
    ["2310009E13", "1110001E10"],
    ["1.0", "2.0", "3.0"],
    ["1.2.3", "1.3.0"],
    ["02134-1234", "10001-2345"],
    ["212 555 0100", "30 1234567"],
    ["202-555-0100", "303-555-0111"],
    ["€12.50", "$140.00", "£9.99"],
    ["12 km", "3 mi"],
    ["1,407.6 h", "5832.5", "16.1 hours"],
    ["12345678901234567", "22345678901234567"],
    ["5", "12 (estimated)"],
    ["5", "about 12"],
    ["5M", "7M"],
    ["1,799", "1,829"],
    ["12-14", "3-5"],
    ["٣", "٤"],
]
DAYS = [
    (["2024-01-01", "2024-12-31", ""], "datetime"),
    (["15/01/2025", "09/01/2025"], "datetime"),
    (["1/15/2025", "2/3/2025"], "datetime"),
    (["15.1.2025", "1.2.2025"], "datetime"),
    (["Jan 1 2000", "May 12 2001"], "datetime"),
    (["2024-01-05T10:00:00Z"], "datetime"),
    (["01/02/2025", "03/04/2025"], "text"),
    (["15/01/2025", "01/15/2025"], "text"),
    (["2024-01-01", "Jan 5, 2024"], "text"),
    (["31/02/2024"], "text"),
]
BOOLEANS = [
    ("Recognized", ["Yes", "Yes", "no"], "boolean"),
    ("Anything", ["Yes", "No", "No"], "boolean"),
    ("Paid", ["Y", "N"], "boolean"),
    ("Has moons", ["no", "no"], "boolean"),
    ("Aktiv", ["ja", "nein"], "boolean"),
    ("Recognized", ["Yes", "Yes", "maybe"], "text"),
    ("Word", ["yes", "no"], "text"),
    ("Country", ["NO", "NO", "NO"], "text"),
    ("Country", ["NO", "SE"], "text"),
    ("Province", ["ON", "ON", "QC"], "text"),
    ("Direction", ["N", "S", "N"], "text"),
    ("Sex", ["F", "F", "M"], "text"),
    ("Mark", ["x", "x", "o"], "text"),
    ("Mark", ["x", "x"], "text"),
    ("Language", ["ja", "ja"], "text"),
    ("Note", ["si", "si"], "text"),
    ("Need", ["y", "y"], "text"),
]


@pytest.mark.parametrize(("cells", "kind"), [*NUMBERS, *((c, "text") for c in IDENTIFIERS), *DAYS])
def test_all_cells_prove_the_type(cells: list[str], kind: str) -> None:
    assert infer_type(cells, "Value", Locale()) == kind


@pytest.mark.parametrize(("header", "cells", "kind"), BOOLEANS)
def test_short_words_are_a_boolean_only_where_the_header_asks(
    header: str, cells: list[str], kind: str
) -> None:
    assert infer_type(cells, header, Locale()) == kind


@pytest.mark.parametrize(
    ("tag", "cells", "kind"),
    [
        ("de", ["1,799", "1,829"], "decimal"),
        ("de-CH", ["1,799", "1,829"], "integer"),
        ("en", ["1,799", "1,829"], "integer"),
        ("de", ["1.799", "1.829"], "integer"),
        (None, ["1.799", "1.829"], "decimal"),
        ("fr", ["1 799", "12 000"], "integer"),
        ("en-US", ["01/02/2025"], "datetime"),
        ("en-GB", ["01/02/2025"], "datetime"),
        ("en", ["01/02/2025"], "text"),
    ],
)
def test_the_locale_settles_what_the_cells_leave_open(
    tag: str | None, cells: list[str], kind: str
) -> None:
    assert infer_type(cells, "Value", read_locale(tag)) == kind


@pytest.mark.parametrize(
    ("kind", "cells", "does"),
    [
        (DataType.DECIMAL, ["1", "2"], True),
        (DataType.INTEGER, ["1.5"], False),
        (DataType.INTEGER, ["one", "2"], False),
        (DataType.INTEGER, ["+4915100011122"], False),
        (DataType.TEXT, ["1", "2"], True),
        (DataType.ENUM, ["a", "b", "a"], True),
        (DataType.ENUM, ["a", "b"], False),
        (DataType.BOOLEAN, ["N", "S"], False),
        (DataType.IMAGEURL, ["http://a.test/x.png"], True),
        (DataType.DATETIME, [], True),
    ],
)
def test_a_reading_counts_only_where_all_cells_agree(
    kind: DataType, cells: list[str], does: bool
) -> None:
    assert agrees(kind, cells, "Value", Locale()) is does


@pytest.mark.parametrize(
    ("cells", "is_text"),
    [
        (["1,200", "950"], False),
        (["$3", "$4"], False),
        (["-3", "2.5"], False),
        (["06103-1234", "1103"], True),
        (["+49151", "12"], True),
        (["$3", "€4"], True),
        (["007"], True),
    ],
)
def test_identifiers_and_mixed_currencies_belie_a_number_type(
    cells: list[str], is_text: bool
) -> None:
    assert is_belied(DataType.DECIMAL, cells) is is_text
