"""Reads one sheet of a workbook. Nothing is calculated, followed or run: only what stands there."""

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

from services.cli.terminal.error import CliError
from services.cli.terminal.number import counted
from services.cli.workbook.archive import has_formulas, open_archive
from services.cli.workbook.library import import_openpyxl
from services.cli.workbook.shown_cell import ShownCell, show_cell

RANGE = re.compile(r"(.*)!\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})", re.I)
Place = tuple[int, int]
"""Row and column of a cell, both from 1."""


@dataclass(frozen=True)
class Sheet:
    """What one sheet shows.

    Attributes:
        title: Its name.
        is_only: Whether no other sheet of the workbook holds anything.
        cells: Those that show something.
        merged: How many areas are merged: the first cell of one holds its value, the others none.
    """

    title: str
    is_only: bool
    cells: dict[Place, ShownCell]
    merged: int


def read_sheet(content: bytes, name: str, wanted: str | None = None) -> Sheet:
    """The sheet that is wanted, or the only one that holds anything.

    Args:
        name: Of the file, for messages.
        wanted: The name of a sheet, or an area of one as in Sheet1!A3:F40.

    Raises:
        CliError: It cannot be read, or it is not clear which sheet is meant.
    """
    library = import_openpyxl(name)
    archive = open_archive(content, name)
    try:
        return _read(library, archive, content, name, wanted)
    except CliError:
        raise
    except Exception as error:  # what the library meets in a broken file, it raises as it comes
        raise CliError(f"{name} is broken, or not whole: {_first_line(error)}") from error


def _read(library: Any, archive: ZipFile, content: bytes, name: str, wanted: str | None) -> Sheet:
    book = _load(library, content, is_calculated=True)
    title, area = _part(wanted)
    sheet = _choose(book, name, title)
    if has_formulas(archive):
        formulas = _load(library, content, is_calculated=False)
        _refuse_uncalculated(sheet, formulas[sheet.title], name)
    cells = {place: shown for place, shown in _show(sheet) if area is None or _is_in(place, area)}
    return Sheet(sheet.title, len(_list_filled(book)) == 1, cells, len(sheet.merged_cells.ranges))


def name_place(place: Place) -> str:
    """A cell's place as a spreadsheet names it: B3."""
    row, column = place
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def _load(library: Any, content: bytes, *, is_calculated: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, none of which is read
        return library.load_workbook(
            io.BytesIO(content), data_only=is_calculated, keep_links=False, rich_text=False
        )


def _choose(book: Any, name: str, title: str | None) -> Any:
    filled = _list_filled(book)
    if title is not None:
        found = [sheet for sheet in book.worksheets if sheet.title.lower() == title.lower()]
        if not found:
            named = ", ".join(repr(sheet.title) for sheet in book.worksheets)
            raise CliError(f"{name} has no sheet {title!r}: it has {named}")
        return found[0]
    shown = [sheet for sheet in filled if sheet.sheet_state == "visible"] or filled
    if not shown:
        raise CliError(f"{name} is empty: none of its {len(book.worksheets)} sheets holds a value")
    if len(shown) > 1:
        named = ", ".join(repr(sheet.title) for sheet in shown)
        raise CliError(f"{name} has {len(shown)} sheets ({named}): name one with --sheet")
    return shown[0]


def _list_filled(book: Any) -> list[Any]:
    return [s for s in book.worksheets if any(cell.value is not None for _, cell in _cells(s))]


def _cells(sheet: Any) -> Iterator[tuple[Place, Any]]:
    """Only those that the file holds: the last of a sheet may stand in row 1,048,576."""
    yield from sheet._cells.items()


def _show(sheet: Any) -> Iterator[tuple[Place, ShownCell]]:
    for place, cell in _cells(sheet):
        shown = show_cell(cell.value, cell.number_format)
        if shown.text:
            yield place, shown


def _refuse_uncalculated(sheet: Any, formulas: Any, name: str) -> None:
    """A formula whose value nobody has stored yet would be taken for an empty cell."""
    values = dict(_cells(sheet))
    empty = [
        place
        for place, cell in _cells(formulas)
        if cell.data_type == "f" and getattr(values.get(place), "value", None) is None
    ]
    if empty:
        raise CliError(
            f"{name}: {counted(len(empty), 'formula')} without a value"
            f" ({name_place(min(empty))} first): open it in a spreadsheet, which"
            " calculates it, and save it"
        )


def _part(wanted: str | None) -> tuple[str | None, tuple[Place, Place] | None]:
    """The sheet's name, and the first and last place of an area where one is told."""
    found = RANGE.fullmatch(wanted or "")
    if found is None:
        return wanted, None
    first, last = (int(found[3]), _number(found[2])), (int(found[5]), _number(found[4]))
    return found[1].strip("'").replace("''", "'"), (first, last)


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _is_in(place: Place, area: tuple[Place, Place]) -> bool:
    (top, left), (bottom, right) = area
    return top <= place[0] <= bottom and left <= place[1] <= right


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
