"""The table as the checks see it: what its columns are like, and which of them identifies a row."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.job.final_table import FinalColumn, final_columns, final_rows
from schemas.job.record import StageRecord
from schemas.table.context import DataType
from schemas.table.prompt_data import sample
from services.check.table.column import CheckedColumn, list_urls, make_column
from services.check.text.folding import fold
from services.check.text.script import find_script

# Enough to tell what a column is like; a table may have 2,000 rows of 100 columns.
MAX_CELLS_READ = 120
CANNOT_IDENTIFY = frozenset({DataType.ENUM, DataType.BOOLEAN, DataType.IMAGEURL})

Rows = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class CheckedTable:
    """A table by which answers are judged.

    Attributes:
        columns: Existing columns, then the proposed ones.
        rows: Existing rows as (row id, cells in column order).
        primary: The place of the column that identifies a row, from 0; None where none does.
        is_key: Whether no two rows have the same value there.
        script: The script of title and headers; None where that cannot be told.
    """

    record: StageRecord
    columns: tuple[CheckedColumn, ...]
    rows: Rows
    primary: int | None
    is_key: bool
    script: str | None

    def list_cells(self, place: int) -> tuple[str, ...]:
        """The existing cells of a column."""
        return tuple(cells[place] for _, cells in self.rows)

    def list_headers(self) -> set[str]:
        """All headers, folded."""
        return {fold(column.name) for column in self.columns}


def read_table(record: StageRecord) -> CheckedTable:
    """Read the table off a record, as the stages so far have made it."""
    context, rows = record.job.context, final_rows(record)
    said = record.results.table
    readings = {r.column_key: r.inferred_type for r in said.column_readings} if said else {}
    # Only an image column may hold an address, and only one that the user gave.
    urls = list_urls(cell for row in context.rows for cell in row.values)
    final = final_columns(record)
    columns = tuple(
        make_column(column, _some(rows, place), reading=readings.get(column.key), urls=urls)
        for place, column in enumerate(final)
    )
    primary = find_primary(record, final, columns)
    return CheckedTable(
        record=record,
        columns=columns,
        rows=rows,
        primary=primary,
        is_key=primary is not None and _is_key(columns[primary], rows, primary),
        script=find_script([context.title, *(c.name for c in columns if not c.is_blank)]),
    )


def find_primary(
    record: StageRecord, final: Sequence[FinalColumn], columns: Sequence[CheckedColumn]
) -> int | None:
    """The place of the column that identifies a row: as was said before, else the first fit one."""
    said = record.results.table
    if said and said.primary is None and not record.job.context.is_new:
        return None
    name = fold(said.primary.name) if said and said.primary else ""
    by_name = (n for n, column in enumerate(final) if name and fold(column.name) == name)
    likely = (
        n for n, c in enumerate(columns) if not c.is_blank and c.data_type not in CANNOT_IDENTIFY
    )
    return next(by_name, next(likely, None))


def _is_key(column: CheckedColumn, rows: Rows, place: int) -> bool:
    said = [fold(cells[place]) for _, cells in rows if cells[place].strip()]
    return column.data_type not in CANNOT_IDENTIFY and len(set(said)) == len(said)


def _some(rows: Rows, place: int) -> tuple[str, ...]:
    if len(rows) <= MAX_CELLS_READ:
        return tuple(cells[place] for _, cells in rows)
    filled = [cells[place] for _, cells in rows if cells[place].strip()]
    return tuple(sample(filled, MAX_CELLS_READ)) if filled else ("",)
