"""Workbooks as people, other programs and attackers make them."""

import builtins
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from services.cli.terminal.error import CliError
from services.cli.workbook import archive
from services.cli.workbook.reader import name_place, read_sheet
from tests.unit.cli.workbook.book import make_book, make_rows, replace_part

PEOPLE = make_rows(("name", "age"), ("Ann", 7))
SHEET = "xl/worksheets/sheet1.xml"


def texts(content: bytes, wanted: str | None = None) -> list[str]:
    return [cell.text for _, cell in sorted(read_sheet(content, "t.xlsx", wanted).cells.items())]


def make_two(second: Any = "x", state: str = "visible") -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(("a",))
    other = book.create_sheet("Möbel 2024")
    other["B2"] = second
    other.sheet_state = state
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def store_value(content: bytes, value: bytes) -> bytes:
    """As a program that calculates stores a formula's value beside it."""
    return replace_part(content, SHEET, lambda xml: xml.replace(b"<v />", b"<v>" + value + b"</v>"))


def test_text_is_kept_as_it_stands() -> None:
    said = ("007", " +49 151 ", "=1+1 as text", "1,5", "two\nlines", "'")

    def fill(sheet: Any) -> None:
        for row, text in enumerate(said, 1):
            sheet.cell(row, 1).value = text
            sheet.cell(row, 1).data_type = "s"

    assert texts(make_book(fill)) == list(said)


def test_a_formula_is_the_value_that_was_stored_with_it() -> None:
    content = make_book(lambda sheet: sheet.append(("=1+1",)))
    assert texts(store_value(content, b"2")) == ["2"]


def test_a_formula_without_a_value_is_told_not_taken_for_empty() -> None:
    with pytest.raises(CliError, match=r"1 formula without a value \(B1 first\)"):
        texts(make_rows(("a", "=1+1")))


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_only_when_it_is_named(state: str) -> None:
    content = make_two(state=state)
    assert texts(content) == ["a"]
    assert texts(content, "möbel 2024") == ["x"]


def test_of_two_sheets_one_is_to_be_named() -> None:
    with pytest.raises(CliError, match="has 2 sheets \\('Sheet', 'Möbel 2024'\\): name one"):
        texts(make_two())
    with pytest.raises(CliError, match="has no sheet 'B': it has 'Sheet', 'Möbel 2024'"):
        texts(make_two(), "B")


def test_a_sheet_that_holds_nothing_is_none_to_choose_from() -> None:
    assert texts(make_two(second=None)) == ["a"]


def test_an_area_leaves_out_what_stands_around_it() -> None:
    content = make_rows(("Sales", None), (None, None), ("name", "age"), ("Ann", 7))
    assert texts(content, "Sheet!A3:$B$4") == ["name", "age", "Ann", "7"]


def test_merged_areas_are_counted_and_their_first_cell_holds_the_value() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(("a", "b"))
        sheet.append(("x", None))
        sheet.merge_cells("A2:B2")

    sheet = read_sheet(make_book(fill), "t.xlsx")
    assert (sheet.merged, sheet.cells[2, 1].text, (2, 2) in sheet.cells) == (1, "x", False)


def test_a_cell_in_the_last_place_of_a_sheet_costs_no_time() -> None:
    content = make_book(lambda sheet: sheet.cell(1_048_576, 16_384).__setattr__("value", "end"))
    assert list(read_sheet(content, "t.xlsx").cells) == [(1_048_576, 16_384)]
    assert name_place((1_048_576, 16_384)) == "XFD1048576"


def make_zip(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("_", "/", 1).replace("__", "."), data)
    return file.getvalue()


def encrypt_flag(content: bytes) -> bytes:
    """Marks each part as encrypted, as a zip with a password does."""
    marked = bytearray(content)
    at = marked.find(b"PK\x01\x02")
    while at >= 0:
        marked[at + 8] |= 1
        at = marked.find(b"PK\x01\x02", at + 1)
    return bytes(marked)


BOMB = b"<worksheet>" + b" " * 70 * archive.MIB
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)
UNREADABLE = {
    "cut": (PEOPLE[: len(PEOPLE) // 2], "is broken, or not whole"),
    "four bytes": (b"PK\x03\x04", "is broken, or not whole"),
    "a password": (archive.OLE + b"\0" * 512 + archive.ENCRYPTED, "protected by a password"),
    "an old form": (archive.OLE + b"\0" * 512, "an .xls or another old form"),
    "a zip's password": (encrypt_flag(PEOPLE), "protected by a password"),
    "another zip": (make_zip(a=b"x"), "is a zip file, no .xlsx"),
    "xlsb": (make_zip(xl_workbook__bin=b"x"), "is an .xlsb file"),
    "ods": (make_zip(mimetype=b"x"), "is an OpenDocument file"),
    "a bomb": (replace_part(PEOPLE, SHEET, lambda _: BOMB), "holds 70 MiB"),
    "entities": (replace_part(PEOPLE, SHEET, lambda _: ENTITIES), "is broken, or not whole"),
    "no XML": (replace_part(PEOPLE, SHEET, lambda _: b"<works"), "is broken, or not whole"),
    "a style that is none": (
        replace_part(PEOPLE, SHEET, lambda xml: xml.replace(b'<c r="A1"', b'<c s="-99" r="A1"')),
        "is broken, or not whole",
    ),
    "a bad sum": (
        replace_part(PEOPLE, SHEET, bytes).replace(b"<sheetData>", b"<sheetDaTa>"),
        "is broken, or not whole",
    ),
    "an empty sheet": (make_rows(), "is empty: none of its 1 sheets holds a value"),
}


@pytest.mark.parametrize(("content", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_told_in_one_line(content: bytes, message: str) -> None:
    with pytest.raises(CliError, match=message) as told:
        read_sheet(content, "t.xlsx")
    assert "\n" not in told.value.message
    assert told.value.message.startswith("t.xlsx")


def test_a_workbook_of_very_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_PARTS", 3)
    with pytest.raises(CliError, match=r"MiB in [0-9]+ parts"):
        read_sheet(PEOPLE, "t.xlsx")


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def find(name: str, *rest: Any) -> Any:
        if name == "openpyxl":
            raise ImportError(name=name)
        return found(name, *rest)

    monkeypatch.setattr(builtins, "__import__", find)
    with pytest.raises(CliError, match=r"openpyxl is not installed: .* -m pip install openpyxl"):
        read_sheet(PEOPLE, "t.xlsx")
