"""Writes a table as a workbook of one sheet. No cell of it can run: none is a formula."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from schemas.table.context import DataType
from services.cli.terminal.error import CliError
from services.cli.workbook.library import import_openpyxl
from services.cli.workbook.moment_format import show_moment
from services.cli.workbook.number_format import show_number

MAX_CELL_CHARS = 32_767
MAX_WIDTH = 60
MIN_WIDTH = 8
NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY_CODE = "yyyy-mm-dd"


def write_workbook(
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    types: Sequence[DataType | None],
    name: str,
) -> bytes:
    """A workbook. A cell is a number or a day only where it is shown just as it is written.

    Args:
        types: Of the columns; further columns are text.
        name: Of the file, for messages.

    Raises:
        CliError: A cell is too long for a spreadsheet, or the library is not installed.
    """
    library = import_openpyxl(name)
    _refuse_long(header, rows, name)
    book = library.Workbook()
    sheet = book.active
    sheet.title = NOT_IN_SHEET_NAME.sub(" ", title).strip(" '")[:31] or "Table"
    for column, text in enumerate(header, 1):
        _put_text(sheet.cell(1, column), text)
        sheet.cell(1, column).font = library.styles.Font(bold=True)
    for number, row in enumerate(rows, 2):
        for column, text in enumerate(row, 1):
            kind = types[column - 1] if column <= len(types) else None
            _put(sheet.cell(number, column), text, kind)
    _set_widths(sheet, header, rows)
    sheet.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _put(cell: Any, text: str, kind: DataType | None) -> None:
    if kind in (DataType.INTEGER, DataType.DECIMAL) and PLAIN_NUMBER.fullmatch(text):
        code = "0" + ("." + "0" * len(text.partition(".")[2]) if "." in text else "")
        value = float(text) if "." in text else int(text)
        if show_number(value, code) == text:
            cell.value, cell.number_format = value, code
            return
    if kind is DataType.DATETIME and DAY.fullmatch(text) and _is_real(text):
        cell.value, cell.number_format = datetime.fromisoformat(text), DAY_CODE
        return
    if text:
        _put_text(cell, text)


def _is_real(text: str) -> bool:
    """Whether a spreadsheet knows the day: it counts from 1900, with a 29th of February in it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return moment.year > 1900 and show_moment(moment, DAY_CODE) == text


def _put_text(cell: Any, text: str) -> None:
    """The library takes a text that begins with = for a formula, unless it is told."""
    cell.value = NOT_IN_XML.sub("", text)
    cell.data_type = "s"


def _refuse_long(header: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> None:
    longest = max((len(cell) for row in (header, *rows) for cell in row), default=0)
    if longest > MAX_CELL_CHARS:
        raise CliError(
            f"{name}: a cell has {longest:,} characters, a spreadsheet takes {MAX_CELL_CHARS:,}:"
            " use --csv"
        )


def _set_widths(sheet: Any, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for column in range(len(header)):
        cells = (header[column], *(row[column] for row in rows if column < len(row)))
        longest = max(len(line) for cell in cells for line in cell.split("\n"))
        letter = sheet.cell(1, column + 1).column_letter
        sheet.column_dimensions[letter].width = min(max(longest + 2, MIN_WIDTH), MAX_WIDTH)
