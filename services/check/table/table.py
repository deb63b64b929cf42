"""The table as the checks see it: what its columns are like, and which of them identifies a row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from schemas.job.final_table import FinalColumn, final_columns, final_rows
from schemas.job.record import StageRecord
from schemas.table.context import DataType
from services.check.table.column import CheckedColumn, list_urls, make_column
from services.check.table.locale import Locale, read_locale
from services.check.text.folding import fold, identify
from services.check.text.script import find_script

CANNOT_IDENTIFY = frozenset({DataType.DECIMAL, DataType.ENUM, DataType.BOOLEAN, DataType.IMAGEURL})
_NAME_PART = re.compile(
    r"(?:first|given|middle|last|family|sur|fore|vor|nach|familien)[ _-]?names?"
    r"|nom(?: de famille)?|prénoms?|nombres?|apellidos?|nome|cognome|sobrenome|imię|nazwisko"
    r"|姓|名|имя|фамилия"
)

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
        locale: How numbers and days are written where cells do not tell.
    """

    record: StageRecord
    columns: tuple[CheckedColumn, ...]
    rows: Rows
    primary: int | None
    is_key: bool
    script: str | None
    locale: Locale

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
    final, locale = final_columns(record), read_locale(context.locale)
    columns = [
        make_column(
            column,
            tuple(cells[place] for _, cells in rows),
            reading=readings.get(column.key),
            urls=urls,
            locale=locale,
        )
        for place, column in enumerate(final)
    ]
    primary = find_primary(record, final, columns)
    if primary is not None:
        columns[primary] = replace(columns[primary], is_identity=True)
    return CheckedTable(
        record=record,
        columns=tuple(columns),
        rows=rows,
        primary=primary,
        is_key=primary is not None and _is_key(columns, rows, primary),
        script=find_script([context.title, *(c.name for c in columns if not c.is_blank)]),
        locale=locale,
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


def _is_key(columns: Sequence[CheckedColumn], rows: Rows, place: int) -> bool:
    parts = [bool(_NAME_PART.fullmatch(fold(column.name))) for column in columns]
    if parts[place] and sum(parts) > 1:
        # People share a surname, and are told apart by the other name.
        return False
    said = [identify(cells[place]) for _, cells in rows if cells[place].strip()]
    return columns[place].data_type not in CANNOT_IDENTIFY and len(set(said)) == len(said)
