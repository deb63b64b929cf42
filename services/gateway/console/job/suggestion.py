"""What a job has suggested, cut to what a page shows of it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.api.result import ResultCheck, ResultColumn, SuggestionResult

MOST_COLUMNS = 30
MOST_ROWS = 50
MOST_FINDINGS = 50


@dataclass(frozen=True)
class FilledRow:
    """A row that the table has, with values for suggested columns.

    Attributes:
        name: What its first cell says; its id where that is not told.
    """

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class SuggestionView:
    """What is shown of a result.

    Attributes:
        title: Of the table, as the table stage has it; None where that has not answered.
        columns: Of the final table, the first of them.
        filled: The first of the rows that the table had and that got values.
        rows: The first of the proposed rows, with the cells of the shown columns.
        more_columns: How many are not shown; so for rows.
    """

    title: str | None
    description: str
    columns: tuple[ResultColumn, ...]
    more_columns: int
    filled: tuple[FilledRow, ...]
    more_filled: int
    rows: tuple[tuple[str, ...], ...]
    more_rows: int
    checks: tuple[ResultCheck, ...]
    more_checks: int
    warnings: tuple[str, ...]
    is_demo: bool
    is_partial: bool

    @property
    def suggested(self) -> tuple[ResultColumn, ...]:
        """Those of the shown columns that are new."""
        return tuple(column for column in self.columns if column.is_suggested)

    @property
    def is_cut(self) -> bool:
        """Whether there is more than is shown."""
        return self.more_columns + self.more_filled + self.more_rows > 0


def show_suggestion(result: SuggestionResult) -> SuggestionView:
    """Cut a result to what a page shows."""
    # Values for rows of the table go by column: those of one column are wanted by row.
    columns = tuple(_without_values(column) for column in result.columns[:MOST_COLUMNS])
    filled, number = _list_filled(result)
    keys = [column.key for column in columns]
    shown = result.rows[:MOST_ROWS]
    return SuggestionView(
        title=result.table.title if result.table else None,
        description=result.table.description if result.table else "",
        columns=columns,
        more_columns=len(result.columns) - len(columns),
        filled=tuple(filled),
        more_filled=number - len(filled),
        rows=tuple(tuple(row.cells.get(key, "") for key in keys) for row in shown),
        more_rows=len(result.rows) - len(shown),
        checks=result.checks[:MOST_FINDINGS],
        more_checks=max(0, len(result.checks) - MOST_FINDINGS),
        warnings=result.warnings[:MOST_FINDINGS],
        is_demo=result.engine is not None and result.engine.value == "demo",
        is_partial=result.status.value == "partial",
    )


def _without_values(column: ResultColumn) -> ResultColumn:
    return column.model_copy(update={"values": ()})


def _list_filled(result: SuggestionResult) -> tuple[list[FilledRow], int]:
    """The first rows with values, and how many there are."""
    suggested = [column for column in result.columns[:MOST_COLUMNS] if column.is_suggested]
    by_column = [{value.row_id: value.value for value in column.values} for column in suggested]
    row_ids = list(dict.fromkeys(row_id for values in by_column for row_id in values))
    return list(_fill(row_ids[:MOST_ROWS], by_column, result.row_names)), len(row_ids)


def _fill(
    row_ids: Sequence[str], by_column: Sequence[dict[str, str]], names: dict[str, str]
) -> Iterator[FilledRow]:
    for row_id in row_ids:
        cells = tuple(values.get(row_id, "") for values in by_column)
        yield FilledRow(names.get(row_id, row_id), cells)
