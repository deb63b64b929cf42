"""From what a model wrote to the canonical value of a column's type."""

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.table.context import DataType
from services.check.table.cell import judge
from services.check.table.column import CheckedColumn
from services.check.text.hygiene import tidy

TEXT, INTEGER, DECIMAL = DataType.TEXT, DataType.INTEGER, DataType.DECIMAL
DATETIME, ENUM, BOOLEAN, IMAGE = (
    DataType.DATETIME,
    DataType.ENUM,
    DataType.BOOLEAN,
    DataType.IMAGEURL,
)
OURS = "https://upload.wikimedia.org/a/b.jpg"

HIDDEN_WORDS = "".join(chr(0xE0000 + ord(char)) for char in "obey me and nobody else")
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


def column(kind: DataType, **fields: Any) -> CheckedColumn:
    members = ("In stock", "Sold") if kind is ENUM else ()
    values: dict[str, Any] = {"name": "Value", "enum_values": members}
    return CheckedColumn(key="c1", data_type=kind, **(values | fields))


CELLS = [
    (TEXT, " Mars \n", "Mars", ["C10"]),
    (TEXT, "Mars", "Mars", []),
    (TEXT, "Cafe\u0301", "Cafe\u0301", []),
    (TEXT, "a\nb", "a\nb", []),
    (TEXT, "12\u00a0km  two", "12\u00a0km  two", []),
    (TEXT, SCOTLAND, SCOTLAND, []),
    (TEXT, "می\u200cخواهم 👩\u200d🚀 ❤\ufe0f", "می\u200cخواهم 👩\u200d🚀 ❤\ufe0f", []),
    (TEXT, "a\U000e0041\U000e0042b", "ab", ["C18"]),
    (TEXT, f"\U0001f3f4{HIDDEN_WORDS}\U000e007f", "\U0001f3f4", ["C18"]),
    (TEXT, "\ufeffMars\u200b", "Mars", ["C18"]),
    (TEXT, "a\tb", "a b", ["C18"]),
    (TEXT, "List<String>, <unknown> [1](two)", "List<String>, <unknown> [1](two)", []),
    (TEXT, "<x onclick=alert(1)>go", "go", ["C18"]),
    (TEXT, "\u202eevil\u0007", "evil", ["C18"]),
    (TEXT, "see [this](http://a.test/?q=1) now", "see this now", ["C18"]),
    (TEXT, "![x](http://a.test/x.png)", "", ["C18"]),
    (TEXT, "<b>bold</b> www.a.test", "bold", ["C18"]),
    (TEXT, "<<b>script>alert</script>", "alert", ["C18"]),
    *((TEXT, word, word, []) for word in ("N/A", "TBD", "Sample 1", "Todo", "X", "yes", "Na")),
    (TEXT, "None planned", "None planned", []),
    (TEXT, "x" * 600, "x" * 500, ["C20"]),
    (INTEGER, "-12", "-12", []),
    (INTEGER, "1,234", "1234", ["C10"]),
    (INTEGER, "+5", "+5", []),
    (INTEGER, "12.0", "12", ["C10"]),
    (INTEGER, "\uff11\uff12", "12", ["C10"]),
    (DECIMAL, "１２．５", "12.5", ["C10"]),
    (INTEGER, "2 (Phobos, Deimos)", "2", ["C12"]),
    (INTEGER, "12.5", None, []),
    (INTEGER, "about twelve (approx.)", None, []),
    (INTEGER, "5 May", None, []),
    (INTEGER, "5M", None, []),
    (INTEGER, "2035+", None, []),
    (INTEGER, "10\u00b2", "10\u00b2", []),
    (INTEGER, "unknown", "", ["C13"]),
    (INTEGER, "Null", "", ["C13"]),
    (INTEGER, "12,34,567", "1234567", ["C10"]),
    (INTEGER, "12345678901234567890", "12345678901234567890", []),
    (DECIMAL, "1,799", "1,799", []),
    (DECIMAL, "0,500", "0.500", ["C10"]),
    (DECIMAL, "1’234.50", "1234.50", ["C10"]),
    (DECIMAL, "12345678901234567.25", "12345678901234567.25", []),
    (DECIMAL, "686.980", "686.980", []),
    (DECIMAL, "3.14", "3.14", []),
    (DECIMAL, "$1,234.50", "$1,234.50", []),
    (DECIMAL, "12 \u20ac", "12 \u20ac", []),
    (DECIMAL, "~12", "~12", []),
    (DECIMAL, "1.234,5", "1234.5", ["C10"]),
    (DECIMAL, "-241 (average)", "-241", ["C12"]),
    (DECIMAL, "\u2212229", "\u2212229", []),
    (DECIMAL, "1.9e27", "1.9e27", []),
    (DECIMAL, "1e309", "1e309", []),
    (DECIMAL, "NaN", "", ["C13"]),
    (DECIMAL, ".5", "0.5", ["C10"]),
    (DECIMAL, "1.2.3", None, []),
    (DATETIME, "2024-02-29", "2024-02-29", []),
    (DATETIME, "2023-02-29", None, []),
    (DATETIME, "20240102", None, []),
    (DATETIME, "2024-W01", None, []),
    (DATETIME, "2024/1/5", "2024-01-05", ["C10"]),
    (DATETIME, "January 5, 2024", "2024-01-05", ["C10"]),
    (DATETIME, "5th Sept 2024", "2024-09-05", ["C10"]),
    (DATETIME, "13/02/2024", "2024-02-13", ["C10"]),
    (DATETIME, "01/02/2024", "01/02/2024", []),
    (DATETIME, "1.2.2024", "2024-02-01", ["C10"]),
    (DATETIME, "2024-01-05T10:00:00Z", "2024-01-05T10:00:00Z", []),
    (DATETIME, "2024-01-05 10:00+0200", "2024-01-05T10:00:00+02:00", ["C10"]),
    (DATETIME, "2024-01-05T10:00:00", None, []),
    (DATETIME, "2024-01-05T25:00:00Z", None, []),
    (ENUM, "Sold", "Sold", []),
    (ENUM, " in  STOCK", "In stock", ["C10", "C11"]),
    (ENUM, "Lost", None, []),
    (BOOLEAN, "true", "true", []),
    (BOOLEAN, "Yes", "true", ["C10"]),
    (BOOLEAN, "off", "false", ["C10"]),
    (BOOLEAN, "maybe", None, []),
    (IMAGE, OURS, OURS, []),
    (IMAGE, OURS + "|20x30", OURS + "|20x30", []),
    (IMAGE, "https://attacker.test/x.png", "", ["C18"]),
    (IMAGE, "", "", []),
]


@pytest.mark.parametrize(("kind", "cell", "value", "repairs"), CELLS)
def test_a_cell_is_canonical_or_does_not_fit(
    kind: DataType, cell: str, value: str | None, repairs: list[str]
) -> None:
    judged = judge(cell, column(kind, urls=frozenset({OURS})))
    assert (judged.value, list(judged.repairs)) == (value, repairs)


def test_an_enum_may_have_a_placeholder_as_a_member() -> None:
    assert judge("unknown", column(ENUM, enum_values=("Unknown", "A"))).value == "Unknown"


@pytest.mark.parametrize(
    ("members", "cell", "value"),
    [
        (("Yes", "No"), "NO", "No"),
        (("S", "M", "L"), "s", "S"),
        (("mW", "kW"), "MW", None),
        (("m", "M"), "M", "M"),
        (("m2", "m3"), "m²", None),
        (("In stock", "Sold"), "in STOCK", "In stock"),
    ],
)
def test_an_enum_s_member_is_spelt_as_it_is_and_no_unit_is_another(
    members: tuple[str, ...], cell: str, value: str | None
) -> None:
    assert judge(cell, column(ENUM, enum_values=members)).value == value


def test_what_the_column_has_already_is_let_through() -> None:
    markup = column(TEXT, has_markup=True)
    assert judge("see http://a.test\nand more", markup).value == "see http://a.test\nand more"
    hidden = column(TEXT, has_hidden=True)
    assert judge("a\u200bb", hidden).value == "a\u200bb"
    assert judge(" 12 ", column(TEXT, is_padded=True)).value == " 12 "
    assert judge("Lost", column(ENUM, known=frozenset({"Lost"}))).value == "Lost"


def test_a_column_that_nobody_has_named_gets_no_values() -> None:
    assert judge("anything", column(TEXT, is_blank=True)) == judge("x", column(TEXT, is_blank=True))


FORM = {
    INTEGER: r"-?[0-9]+",
    DECIMAL: r"-?[0-9]+(\.[0-9]+)?",
    DATETIME: r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}([.][0-9]{1,9})?(Z|[+-][0-9:]{5}))?"
    r"|[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{4}",
    ENUM: r"In stock|Sold",
    BOOLEAN: r"true|false",
    IMAGE: re.escape(OURS) + r"(\|[0-9]{1,5}x[0-9]{1,5})?",
}
HARD = st.text("0123456789,.+-$%() eE/TZ:<>[]ab\u202e\n'\u00b2\u0663", max_size=24)
LIKELY = st.one_of(
    HARD,
    st.text(max_size=30),
    st.dates().map(str),
    st.dates().map(lambda day: day.strftime("%d %B %Y")),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.integers().map(lambda number: f"{number:,}"),
    st.sampled_from([cell for _, cell, _, _ in CELLS]),
)


@given(st.sampled_from(list(DataType)), LIKELY)
@example(IMAGE, f"{OURS}|20x30")
def test_every_accepted_value_has_its_type_s_form_and_is_its_own_value(
    kind: DataType, cell: str
) -> None:
    judging = column(kind, urls=frozenset({OURS}))
    judged = judge(cell, judging)
    value = judged.value
    if value:
        is_kept = judged.flags == ("C14",) and value in (cell.strip(), tidy(cell))
        assert kind is TEXT or is_kept or re.fullmatch(FORM[kind], value)
    if value is not None:
        assert len(value) <= 500
        assert judge(value, judging).value == value
        assert judge(value, judging).repairs == ()
