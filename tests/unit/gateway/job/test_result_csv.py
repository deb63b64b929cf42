"""A result as CSV: complete, and nothing in it that a spreadsheet would run."""

import csv
import io
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.job.record import Engine, StageRecord
from schemas.stage import StageName
from schemas.table.export import EXISTING, FILLED, ORIGIN, SUGGESTED, escape
from schemas.table.suggestion import (
    ColumnSuggestion,
    ColumnSuggestions,
    RowFill,
    RowSuggestion,
    RowSuggestions,
)
from services.gateway.job.result_csv import write_csv
from tests.factory import OLD_TABLE, make_provenance, make_record
from tests.unit.agents.kept_kind import DAYS, KINDS, NUMBERS
from tests.unit.gateway.conftest import Gateway
from tests.unit.gateway.example import JOB_ID, dead_letter, request, success, whole_job

PATH = f"/v1/jobs/{JOB_ID}/result.csv"

ESCAPED = [
    ("=1+1", "'=1+1"),
    ("12 Main St\u2028Springfield", "12 Main St\nSpringfield"),
    ("a\u2029b\x85c\x0bd\x0ce", "a\nb\nc\nd\ne"),
    ("+1 555 0100", "+1 555 0100"),
    ("+49 151 2345", "+49 151 2345"),
    ("+49\u00a0151", "+49\u00a0151"),
    ("-5", "-5"),
    ("-1,234.56", "-1,234.56"),
    ("-1.234,56 €", "-1.234,56 €"),
    ("-€5", "-€5"),
    ("-.5", "-.5"),
    ("-12 %", "-12 %"),
    ("-12%", "-12%"),
    ("-5 °C", "-5 °C"),
    ("-5 kg", "-5 kg"),
    ("+5.25", "+5.25"),
    ("-1e-9", "-1e-9"),
    ("-", "-"),
    ("--", "--"),
    ("+49-151-2345", "'+49-151-2345"),
    ("+49/151", "'+49/151"),
    ("-A1", "'-A1"),
    ("-5 A1", "'-5 A1"),
    ("-5*2", "'-5*2"),
    ("-5;2", "'-5;2"),
    ("-5(2)", "'-5(2)"),
    ("-1+1", "'-1+1"),
    ("- item", "'- item"),
    ("-٣", "'-٣"),
    ("-5\n=1", "'-5\n=1"),
    ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
    ("a\u200fb", "a\u200fb"),
    *((cell, cell) for cell in ("-5 किमी", "-5 ᬓᬶᬮᭀ", "-5 ꦏꦶꦭꦺꦴ", "-5 కి.మీ.", "-5 کلو میٹر")),
    *((cell, cell) for cell in ("-5 ₽", "-₩500", "-%5", "\u200f-5.00\u00a0\u200f€", "-5 n m")),
    *((cell, f"'{cell}") for cell in ("-5 km/h", "-5 A1", "-5*a", "-US$5", "-5 a b c d", "-5(a)")),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\tx", "'\tx"),
    ("\rx", "'\nx"),
    ("\nx", "'\nx"),
    ("＝1+1", "'＝1+1"),
    ("＋1", "'＋1"),
    ("－1", "'－1"),
    ("＠x", "'＠x"),
    ("﹦1", "'﹦1"),
    ("  =1", "'  =1"),
    ("\u00a0=1", "'\u00a0=1"),
    ("\u200b=1", "'\u200b=1"),
    ("\x00=1", "'=1"),
    ("\x1f\rx", "'\nx"),
    ("\u202e\tx", "'\tx"),
    ("\ufeff=1", "'=1"),
    ("'=1", "'=1"),
    ("Mars", "Mars"),
    ("1-2", "1-2"),
    ("a=b", "a=b"),
    ("", ""),
    ("\x1b[31mred\x9b0m", "[31mred0m"),
    ("\u202egnp.exe", "gnp.exe"),
    ("two\r\nlines", "two\nlines"),
    ("שלום", "שלום"),
]


@pytest.mark.parametrize(("cell", "written"), ESCAPED)
def test_text_is_escaped(cell: str, written: str) -> None:
    assert escape(cell) == written


@given(st.text(max_size=30) | st.text("+-0123456789.,% €A(=", max_size=12))
def test_no_cell_starts_like_a_formula(cell: str) -> None:
    written = escape(cell)
    assert written[:1] not in "=@＝＠\t\r\n" or not written
    if written[:1] in "+-＋－" and written:
        rest = written[1:].lstrip("+-").casefold().replace("e-", "").replace("e+", "")
        assert not re.search(r"[-+*/^&=<>(;:!|{\[]|^ *[a-z]|[a-z].*[0-9]", rest.replace("e", ""))
    assert not any("\x7f" <= char <= "\x9f" or char == "\x1b" for char in written)


@pytest.mark.parametrize("kind", [*NUMBERS, *DAYS, "phone", "spaced phone"])
@settings(max_examples=20)
@given(data=st.data())
def test_numbers_days_and_phones_have_no_apostrophe(kind: str, data: st.DataObject) -> None:
    cell = data.draw(KINDS[kind])
    assert escape(cell) == cell


def extended(**fields: Any) -> StageRecord:
    """An existing table with a proposed column and a proposed row."""
    record = make_record(context=OLD_TABLE)
    columns = ColumnSuggestions(
        columns=(ColumnSuggestion(name="=Mass"),), fill=(RowFill(row="r1", cells=('6,4 "e23"',)),)
    )
    rows = RowSuggestions(rows=(RowSuggestion(cells=("=cmd()", "-2", "line\none")),))
    made = make_provenance(**fields)
    return record.with_result(StageName.COLUMN, columns, made).with_result(
        StageName.ROW, rows, made
    )


def read(content: bytes) -> list[list[str]]:
    return [*csv.reader(io.StringIO(content.decode(), newline=""))]


def test_the_table_holds_existing_rows_with_proposed_values_then_proposed_rows() -> None:
    assert read(write_csv(extended(), Engine.MODEL)) == [
        ["Name", "Moons", "'=Mass", ORIGIN],
        ["Mars", "2", '6,4 "e23"', FILLED],
        ["Earth", "1", "", EXISTING],
        ["'=cmd()", "-2", "line\none", SUGGESTED],
    ]


def test_demo_data_says_so_in_every_row_that_has_any() -> None:
    origins = [row[-1] for row in read(write_csv(extended(), Engine.DEMO))[1:]]
    assert origins == [f"{FILLED} (demo data)", EXISTING, f"{SUGGESTED} (demo data)"]


def test_every_cell_is_quoted_and_lines_end_as_rfc_4180_says() -> None:
    content = write_csv(extended(), None)
    assert content.startswith(b'"Name","Moons","\'=Mass","(origin)"\r\n"Mars","2"')


@given(st.lists(st.text(max_size=10), min_size=3, max_size=3))
def test_any_text_keeps_its_place_in_the_file(cells: list[str]) -> None:
    record = extended().with_result(
        StageName.ROW, RowSuggestions(rows=(RowSuggestion(cells=tuple(cells)),)), make_provenance()
    )
    rows = read(write_csv(record, None))
    assert len(rows) == 4
    assert rows[-1] == [*map(escape, cells), SUGGESTED]


async def test_a_byte_order_mark_stands_before_the_file_where_it_is_asked_for(
    gateway: Gateway,
) -> None:
    await gateway.project(*whole_job())
    plain = await gateway.client.get(PATH)
    marked = await gateway.client.get(
        f"{PATH}?bom=true", headers={"if-none-match": plain.headers["etag"]}
    )
    assert (marked.status_code, marked.content) == (200, b"\xef\xbb\xbf" + plain.content)


async def test_a_result_is_downloaded_under_a_name_without_the_users_text(
    gateway: Gateway,
) -> None:
    await gateway.project(*whole_job())
    answer = await gateway.client.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    disposition = f'attachment; filename="brainshare-{JOB_ID}.csv"'
    assert answer.headers["content-disposition"] == disposition
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert read(answer.content) == [["Moons", ORIGIN], ["95", SUGGESTED]]
    again = await gateway.client.get(PATH, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("records", "status", "said"),
    [
        ([], 404, "no job"),
        ([request(), success(StageName.TABLE)], 409, "once it has ended"),
        ([request(), dead_letter(StageName.TABLE)], 409, "no table to export"),
    ],
    ids=["unknown", "under way", "without a table"],
)
async def test_without_an_ended_job_and_a_table_there_is_no_file(
    gateway: Gateway, records: list[Any], status: int, said: str
) -> None:
    await gateway.project(*records)
    answer = await gateway.client.get(PATH)
    assert (answer.status_code, said in answer.json()["detail"]) == (status, True)
    assert answer.headers["content-type"] == "application/problem+json"
