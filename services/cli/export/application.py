"""Puts accepted proposals into a CSV file: what stands in it stays, byte for byte."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.table.context import MAX_ROWS
from schemas.table.export import escape
from services.cli.csv_file.csv_file import CsvFile, CsvRecord
from services.cli.export.choice import Choice
from services.cli.export.final_table import FinalTable
from services.cli.terminal.error import CliError
from services.cli.terminal.number import counted

MAX_TOLD = 3


@dataclass(frozen=True)
class Applied:
    """The file as it is then, and what was put into it."""

    content: bytes
    columns: int
    values: int
    rows: int


def apply_choice(file: CsvFile, table: FinalTable, choice: Choice) -> Applied:
    """Add what was chosen at the ends of lines and of the file. The table must be the file's."""
    writer = _Writer(file, table, choice)
    text = "".join(writer.write())
    return Applied(file.encode(text), len(choice.columns), writer.values, len(choice.rows))


def refuse_other_table(file: CsvFile, table: FinalTable, name: str) -> None:
    """Make sure that a file holds the table that the job was given.

    Raises:
        CliError: It does not. Places are named, values are not.
    """
    if table.own == 0:
        raise CliError(
            "this job proposes a new table: write it with `brainshare result JOB_ID --csv FILE`"
        )
    differences = list(_compare(file, table))
    if differences:
        rest = len(differences) - MAX_TOLD
        told = "; ".join(differences[:MAX_TOLD]) + (f"; and {rest} more" if rest > 0 else "")
        raise CliError(f"{name} is not as the job was given it: {told}")


def _compare(file: CsvFile, table: FinalTable) -> Iterator[str]:
    header, *rows = _list_rows(file) or [()]
    names = table.header[: table.own]
    if len(header) != len(names):
        yield f"it has {counted(len(header), 'column')}, the job's table {len(names)}"
        return
    for number, (here, there) in enumerate(zip(map(escape, header), names, strict=True), 1):
        if here != there:
            yield f"column {number} is named {here!r}, in the job {there!r}"
    if min(len(rows), MAX_ROWS) != len(table.existing):
        yield f"it has {counted(len(rows), 'row')}, the job's table {len(table.existing)}"
        return
    for number, (mine, theirs) in enumerate(zip(rows, table.existing, strict=False), 1):
        if len(mine) > len(names):
            yield f"row {number} has {len(mine)} cells"
            continue
        complete = (*map(escape, mine), *[""] * (len(names) - len(mine)))
        for place, (here, there) in enumerate(zip(complete, theirs, strict=False)):
            if here != there:
                yield f"row {number}, column {names[place]!r}, says something else"


def _list_rows(file: CsvFile) -> list[tuple[str, ...]]:
    return [record.cells for record in file.records if any(record.cells)]


class _Writer:
    def __init__(self, file: CsvFile, table: FinalTable, choice: Choice) -> None:
        self._file = file
        self._table = table
        self._choice = choice
        self.values = 0

    def write(self) -> Iterator[str]:
        number = -1  # the first that says something is the header
        for record in self._file.records:
            if not any(record.cells):
                yield self._extend(record, [""] * len(self._choice.columns)) + record.end
                continue
            yield self._extend(record, self._added(number)) + record.end
            number += 1
        yield from self._write_rows()

    def _added(self, number: int) -> list[str]:
        """What is added to the header, or to a row by its number."""
        columns, existing = self._choice.columns, self._table.existing
        if number < 0:
            return [self._table.header[column] for column in columns]
        if number >= len(existing):
            return [""] * len(columns)
        added = [
            existing[number][column] if self._choice.takes(number, column) else ""
            for column in columns
        ]
        self.values += sum(map(bool, added))
        return added

    def _extend(self, record: CsvRecord, added: Sequence[str]) -> str:
        """A record with cells after its own; an empty line stays one."""
        if not (record.cells and added):
            return record.text
        cells = [*[""] * (self._table.own - len(record.cells)), *added]
        # Alone on a line an empty cell would be quoted, and it stands beside others.
        written = self._line(["-", *cells]).partition(self._file.delimiter)[2]
        return record.text + self._file.delimiter + written

    def _write_rows(self) -> Iterator[str]:
        """New rows, each on a line; the file's last line ends as it did before."""
        end = self._file.line_end
        ends_open = not self._file.records[-1].end
        places = (*range(self._table.own), *self._choice.columns)
        proposed = [self._table.proposed[row] for row in self._choice.rows]
        lines = [self._line([row[place] for place in places]) for row in proposed]
        if lines:
            yield (end if ends_open else "") + end.join(lines) + ("" if ends_open else end)

    def _line(self, cells: Sequence[str]) -> str:
        text = io.StringIO(newline="")
        delimiter = self._file.delimiter
        if self._file.quotes_all:
            writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        else:
            writer = csv.writer(text, delimiter=delimiter)
        writer.writerow(cells)
        return text.getvalue().removesuffix(writer.dialect.lineterminator)
