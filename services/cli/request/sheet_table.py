"""A sheet of a workbook as the context of a request: cells as shown, types where it proves them."""

from typing import Any

from schemas.table.context import MAX_ROWS
from services.cli.terminal.error import CliError
from services.cli.workbook.reader import Place, Sheet, name_place
from services.cli.workbook.shown_cell import EMPTY, Kind, ShownCell


def read_sheet_table(sheet: Sheet, name: str) -> dict[str, Any]:
    """The columns and rows of a sheet: its first filled row names the columns.

    Rows and columns that show nothing are left out; more rows than a request may hold are counted.

    Raises:
        CliError: It shows nothing, or its first row names too few columns.
    """
    if not sheet.cells:
        raise CliError(f"{name}: nothing stands in {sheet.title!r}, or in that area of it")
    rows = sorted({row for row, _ in sheet.cells})
    columns = sorted({column for _, column in sheet.cells})
    header, body = rows[0], rows[1:]
    _refuse_title(sheet, header, columns, name)
    cells = {
        row: [sheet.cells.get((row, column), EMPTY) for column in columns]
        for row in (header, *body)
    }
    return {
        "columns": [
            _declare(cells[header][number].text, [cells[row][number] for row in body])
            for number in range(len(columns))
        ],
        "rows": [{"cells": [cell.text for cell in cells[row]]} for row in body[:MAX_ROWS]],
        "totalRowCount": len(body),
    }


def _declare(name: str, cells: list[ShownCell]) -> dict[str, Any]:
    """A column, with its type where every cell that shows something is of it."""
    kinds = {cell.kind for cell in cells if cell.text}
    if kinds == {Kind.INTEGER, Kind.DECIMAL}:
        kinds = {Kind.DECIMAL}
    proven = next(iter(kinds)) if len(kinds) == 1 else Kind.OTHER
    return {"name": name} | ({} if proven is Kind.OTHER else {"dataType": proven.value})


def _refuse_title(sheet: Sheet, header: int, columns: list[int], name: str) -> None:
    """A title above the table would be taken for its only column's name."""
    named = [column for column in columns if (header, column) in sheet.cells]
    below: list[Place] = sorted(place for place in sheet.cells if place[0] > header)
    if len(named) == 1 and len(columns) > 1 and below:
        area = f"{sheet.title}!{name_place((below[0][0], columns[0]))}"
        last = name_place((below[-1][0], columns[-1]))
        raise CliError(
            f"{name}: row {header} of {sheet.title!r} holds one cell, but the table is"
            f" {len(columns)} columns wide: name its area, for instance --sheet '{area}:{last}'"
        )
