"""A public table, and what is held out of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.check.text.folding import fold

MAX_ROWS = 160
MAX_HELD_ROWS = 50
MAX_HELD_COLUMNS = 8
MOST_MEMBERS = 12

Row = tuple[str, ...]

_PATTERNS = (
    ("integer", re.compile(r"-?(?:0|[1-9][0-9]*)")),
    ("decimal", re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")),
    ("boolean", re.compile("true|false|yes|no", re.IGNORECASE)),
    ("datetime", re.compile("[0-9]{4}([-/])[0-9]{2}\\1[0-9]{2}|[A-Z][a-z]{2} [0-9]{1,2} [0-9]{4}")),
)


@dataclass(frozen=True)
class Table:
    """A table as a person would have it: texts, no row twice."""

    name: str
    headers: Row
    rows: tuple[Row, ...]

    def list_cells(self, place: int) -> Row:
        """The cells of a column."""
        return tuple(row[place] for row in self.rows)


@dataclass(frozen=True)
class Held:
    """A table in two parts.

    Attributes:
        existing: What a request gives.
        columns: The headers that a model proposes, with a cell for each existing row.
        rows: The rows that a model proposes.
    """

    existing: Table
    columns: tuple[tuple[str, Row], ...] = ()
    rows: tuple[Row, ...] = ()


def make_table(name: str, headers: Sequence[str], rows: Sequence[Row]) -> Table:
    """A table of the first different rows, without white space at the ends of their cells.

    A header that is there twice gets a number.
    """
    plain, names = [header.strip() for header in headers], list[str]()
    for place, header in enumerate(plain):
        before = plain[:place].count(header)
        names.append(f"{header} {before + 1}" if before else header)
    clean = [tuple(map(str.strip, row)) for row in reversed(rows) if any(row)]
    different = {tuple(map(fold, row)): row for row in clean}
    return Table(name, tuple(names), tuple(reversed(different.values()))[:MAX_ROWS])


def hold_rows(table: Table) -> Held:
    """Hold out every third row."""
    held = table.rows[2::3][:MAX_HELD_ROWS]
    rest = tuple(row for row in table.rows if row not in held)
    return Held(Table(table.name, table.headers, rest), rows=held)


def hold_columns(table: Table) -> Held:
    """Hold out every second column, but the first."""
    places = range(1, len(table.headers), 2)[:MAX_HELD_COLUMNS]
    kept = [place for place in range(len(table.headers)) if place not in places]
    rest = Table(
        table.name,
        tuple(table.headers[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in table.rows),
    )
    return Held(rest, tuple((table.headers[place], table.list_cells(place)) for place in places))


def declare(cells: Row) -> tuple[str, Row | None]:
    """The type that a person would declare for a column of such cells, and an enum's members."""
    said = [cell.strip() for cell in cells if cell.strip()]
    for kind, pattern in _PATTERNS:
        if said and all(map(pattern.fullmatch, said)):
            return kind, None
    members = tuple(dict.fromkeys(said))
    is_enum = 1 < len(members) <= MOST_MEMBERS and 3 * len(members) <= len(said)
    return ("enum", members) if is_enum else ("text", None)
