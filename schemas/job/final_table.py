"""The table as it would be if every suggestion so far were accepted."""

from dataclasses import dataclass
from itertools import islice

from schemas.job.record import StageRecord
from schemas.table.context import Column, DataType
from schemas.table.suggestion import ColumnSuggestion


@dataclass(frozen=True)
class FinalColumn:
    """A column of the final table.

    Attributes:
        key: The id of an existing column; s1, s2, ... for a suggested one.
        data_type: None for an existing column whose type nobody has given.
        is_suggested: Whether a stage proposed it.
        locked: The user's mark that nothing may change it.
    """

    key: str
    name: str
    data_type: DataType | None
    enum_values: tuple[str, ...] | None
    description: str
    is_suggested: bool
    locked: bool = False


def final_columns(record: StageRecord) -> tuple[FinalColumn, ...]:
    """Existing columns, then the suggested ones."""
    suggested = record.results.column.columns if record.results.column else ()
    keys = suggested_keys(record, len(suggested))
    return (
        *(_existing(column) for column in record.job.context.columns),
        *(_suggested(column, key) for column, key in zip(suggested, keys, strict=True)),
    )


def suggested_keys(record: StageRecord, count: int) -> tuple[str, ...]:
    """The keys of the first so many suggested columns."""
    taken = {column.id for column in record.job.context.columns}
    keys = (key for key in (f"s{n}" for n in range(1, 10_000)) if key not in taken)
    return tuple(islice(keys, count))


def final_rows(record: StageRecord) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Existing rows as (row id, cells in the order of the final columns); "" where no value is."""
    column = record.results.column
    width = len(column.columns) if column else 0
    fill = {item.row: item.cells for item in column.fill} if column else {}
    return tuple(
        (row.id or "", row.values + fill.get(row.id or "", ("",) * width))
        for row in record.job.context.rows
    )


def suggested_rows(record: StageRecord) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Proposed rows as (key, cells in the order of the final columns); keys are n1, n2, ..."""
    rows = record.results.row.rows if record.results.row else ()
    taken = {row.id for row in record.job.context.rows}
    keys = (key for key in (f"n{n}" for n in range(1, 10_000)) if key not in taken)
    return tuple((key, row.cells) for row, key in zip(rows, keys, strict=False))


def _existing(column: Column) -> FinalColumn:
    return FinalColumn(
        column.id or "",
        column.name,
        column.data_type,
        column.enum_values,
        column.description,
        is_suggested=False,
        locked=column.locked,
    )


def _suggested(column: ColumnSuggestion, key: str) -> FinalColumn:
    return FinalColumn(
        key,
        column.name,
        column.data_type,
        column.enum_values,
        column.description,
        is_suggested=True,
    )
