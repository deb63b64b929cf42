"""A table in a CSV file, as the context of a request. No cell is changed."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from schemas.table.context import MAX_ROWS
from services.cli.terminal.error import CliError

DELIMITERS = ",;\t|"
BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
UTF_8 = "utf-8-sig"


def read_table(content: bytes, name: str) -> dict[str, Any]:
    """The columns and rows of a CSV file: UTF-8 or UTF-16, with comma, semicolon, tab or bar.

    More rows than a request may hold are counted and left out.

    Raises:
        CliError: It is no such file; the line is named.
    """
    text = _decode(content, name)
    lines = _parse(text, _choose_delimiter(text), name)
    header = next(lines, None)
    if header is None:
        raise CliError(f"{name} is empty: its first line must name the columns")
    rows = [row for row in lines if any(row)]
    for number, row in enumerate(rows, 1):
        if len(row) > len(header):
            raise CliError(
                f"{name}: row {number} has {len(row)} cells, but the first line names"
                f" {len(header)} columns"
            )
    return {
        "columns": [{"name": column} for column in header],
        "rows": [{"cells": row} for row in rows[:MAX_ROWS]],
        "totalRowCount": len(rows),
    }


def _decode(content: bytes, name: str) -> str:
    encoding = BOMS.get(content[:2], UTF_8)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CliError(
            f"{name} is not UTF-8 (line {line}): save it as CSV UTF-8, so that no letter is guessed"
        ) from error


def _choose_delimiter(text: str) -> str:
    """The one that gives the first line the most cells. Quotes are heeded."""

    def count(delimiter: str) -> int:
        return len(next(csv.reader(io.StringIO(text), delimiter=delimiter), ()))

    return max(DELIMITERS, key=count)


def _parse(text: str, delimiter: str, name: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise CliError(f"{name}: line {reader.line_num} is no CSV: {error}") from error
