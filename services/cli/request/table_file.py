"""A table in a CSV file, as the context of a request. No cell is changed."""

from typing import Any

from schemas.table.context import MAX_ROWS
from services.cli.csv_file.csv_file import read_csv
from services.cli.terminal.error import CliError
from services.cli.terminal.number import counted


def read_table(content: bytes, name: str) -> dict[str, Any]:
    """The columns and rows of a CSV file; its first line names the columns.

    More rows than a request may hold are counted and left out.

    Raises:
        CliError: It is no such file; the line is named.
    """
    file = read_csv(content, name)
    if file.head is None:
        raise CliError(f"{name} is empty: its first line must name the columns")
    header = file.records[file.head].cells
    rows = [record.cells for record in file.records[file.head + 1 :] if any(record.cells)]
    for number, row in enumerate(rows, 1):
        if len(row) > len(header):
            raise CliError(
                f"{name}: row {number} has {counted(len(row), 'cell')}, but the first line names"
                f" {counted(len(header), 'column')}"
            )
    return {
        "columns": [{"name": column} for column in header],
        "rows": [{"cells": list(row)} for row in rows[:MAX_ROWS]],
        "totalRowCount": len(rows),
    }
