"""A table as a workbook: what is shown is what was written, and nothing of it runs."""

import pytest

from schemas.table.context import DataType
from services.cli.terminal.error import CliError
from services.cli.workbook.reader import read_sheet
from services.cli.workbook.shown_cell import Kind, ShownCell
from services.cli.workbook.writer import write_workbook

TEXT = Kind.OTHER
CELLS = [
    ("7", DataType.INTEGER, Kind.INTEGER),
    ("-7", DataType.INTEGER, Kind.INTEGER),
    ("1.50", DataType.DECIMAL, Kind.DECIMAL),
    ("0.1", DataType.DECIMAL, Kind.DECIMAL),
    ("7", None, TEXT),
    ("007", DataType.INTEGER, TEXT),
    ("1,799", DataType.INTEGER, TEXT),
    ("12 %", DataType.DECIMAL, TEXT),
    ("12345678901234567890", DataType.INTEGER, TEXT),
    ("-0", DataType.INTEGER, TEXT),
    ("2024-03-04", DataType.DATETIME, Kind.DAY),
    ("2024-13-04", DataType.DATETIME, TEXT),
    ("1800-03-04", DataType.DATETIME, TEXT),
    ("04/03/2024", DataType.DATETIME, TEXT),
    ("true", DataType.BOOLEAN, TEXT),
    ("=1+1", DataType.TEXT, TEXT),
    ("=HYPERLINK(1)", DataType.INTEGER, TEXT),
    ("#N/A", DataType.TEXT, TEXT),
    (" two\nlines ", DataType.TEXT, TEXT),
    ("😀 é", DataType.TEXT, TEXT),
]


@pytest.mark.parametrize(("text", "kind", "stored"), CELLS)
def test_a_cell_is_a_value_only_where_it_is_shown_as_it_was_written(
    text: str, kind: DataType | None, stored: Kind
) -> None:
    content = write_workbook("People", ["a"], [[text]], [kind], "t.xlsx")
    assert read_sheet(content, "t.xlsx").cells[2, 1] == ShownCell(text, stored)


@pytest.mark.parametrize(
    ("title", "name"),
    [("A/B: [what]?", "A B   what"), ("x" * 40, "x" * 31), ("'", "Table"), ("", "Table")],
)
def test_a_sheet_has_a_name_that_a_spreadsheet_takes(title: str, name: str) -> None:
    content = write_workbook(title, ["a"], [], [], "t.xlsx")
    assert read_sheet(content, "t.xlsx").title == name


def test_a_cell_that_is_too_long_is_told_and_not_cut() -> None:
    with pytest.raises(CliError, match="a cell has 32,768 characters"):
        write_workbook("t", ["a"], [["x" * 32_768]], [], "t.xlsx")


def test_what_no_workbook_can_hold_is_left_out() -> None:
    content = write_workbook("t", ["a\x00b"], [], [], "t.xlsx")
    assert read_sheet(content, "t.xlsx").cells[1, 1].text == "ab"
