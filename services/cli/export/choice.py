"""Which proposals of a job are taken: all, unless an option names some or none."""

import re
from dataclasses import dataclass

from services.cli.export.final_table import FinalTable
from services.cli.terminal.error import CliError

PLACE = re.compile(r"([0-9]+):(.+)", re.S)
NUMBERS = re.compile(r"([0-9]+)(?:-([0-9]+))?")


@dataclass(frozen=True)
class Choice:
    """What is taken.

    Attributes:
        columns: Places of the proposed columns in the final table.
        rows: Numbers of the proposed rows, from 0.
        cells: (row, place of the column) of the values for existing rows, from 0; None for all.
        without: The same, of values that are left out.
    """

    columns: tuple[int, ...]
    rows: tuple[int, ...]
    cells: frozenset[tuple[int, int]] | None
    without: frozenset[tuple[int, int]]

    def takes(self, row: int, column: int) -> bool:
        """Whether the value of a new column for an existing row is taken."""
        place = (row, column)
        return (self.cells is None or place in self.cells) and place not in self.without


def choose(
    table: FinalTable,
    columns: tuple[str, ...] | None,
    rows: tuple[str, ...] | None,
    cells: tuple[str, ...],
    without: tuple[str, ...],
) -> Choice:
    """Read what the options say.

    Args:
        columns: Names of proposed columns; none named takes all, None takes none.
        rows: Numbers of proposed rows from 1, or spans of them as in 2-4; likewise.
        cells: ROW:COLUMN of the only values for existing rows that are taken; none for all.
        without: ROW:COLUMN of values that are left out.

    Raises:
        CliError: Something is named that was not proposed.
    """
    names = {table.columns[n].name: n for n in range(table.own, len(table.columns))}
    taken = () if columns is None else tuple(_find(name, names) for name in columns)
    return Choice(
        columns=tuple(sorted(taken)) if columns != () else tuple(names.values()),
        rows=() if rows is None else _read_rows(rows, len(table.proposed)),
        cells=frozenset(_read_place(cell, table, names) for cell in cells) or None,
        without=frozenset(_read_place(cell, table, names) for cell in without),
    )


def _find(name: str, names: dict[str, int]) -> int:
    alike = {given.casefold(): place for given, place in names.items()}
    place = names.get(name, alike.get(name.casefold()))
    if place is None:
        only = "only " if len(names) == 1 else ""
        told = ", ".join(map(repr, names)) or "none"
        raise CliError(f"{name!r} is no proposed column of this job: it has {only}{told}")
    return place


def _read_rows(given: tuple[str, ...], count: int) -> tuple[int, ...]:
    if not given:
        return tuple(range(count))
    taken: set[int] = set()
    for text in given:
        found = NUMBERS.fullmatch(text)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 1 <= first <= last <= count:
            told = {0: "none", 1: "1 row"}.get(count, f"the rows 1 to {count}")
            raise CliError(f"{text!r} is no proposed row of this job: it has {told}")
        taken.update(range(first - 1, last))
    return tuple(sorted(taken))


def _read_place(text: str, table: FinalTable, names: dict[str, int]) -> tuple[int, int]:
    found = PLACE.fullmatch(text)
    if found is None:
        raise CliError(f"{text!r} names no cell: write ROW:COLUMN, for instance 3:Capital")
    row = int(found[1])
    if not 1 <= row <= len(table.existing):
        raise CliError(f"{text!r}: the job's table has the rows 1 to {len(table.existing)}")
    return row - 1, _find(found[2], names)
