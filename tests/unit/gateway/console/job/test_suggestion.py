"""A page shows the beginning of a result, and says how much more there is."""

from schemas.api.result import assemble_result
from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.context import TableContext
from schemas.table.suggestion import (
    ColumnSuggestion,
    ColumnSuggestions,
    RowFill,
    RowSuggestion,
    RowSuggestions,
)
from services.gateway.console.job.suggestion import (
    MOST_COLUMNS,
    MOST_ROWS,
    FilledRow,
    show_suggestion,
)
from tests.unit.gateway.example import answered, job

ROWS = MOST_ROWS + 10


def make_record(columns: int) -> StageRecord:
    """A table of one column and many rows, all of which get values."""
    context = TableContext.model_validate(
        {
            "title": "Planets",
            "columns": [{"name": "Planet"}],
            "rows": [{"cells": [f"p{n}"]} for n in range(ROWS)],
        }
    )
    of = job().model_copy(update={"context": context})
    record = answered(StageName.TABLE, of)
    names = [ColumnSuggestion(name=f"c{n}") for n in range(columns)]
    fill = [RowFill(row=f"r{n}", cells=(f"v{n}",) * columns) for n in range(1, ROWS + 1)]
    proposed = [RowSuggestion(cells=("x",) * (columns + 1))] * 50
    results = record.results.model_copy(
        update={
            "column": ColumnSuggestions(columns=tuple(names), fill=tuple(fill)),
            "row": RowSuggestions(rows=tuple(proposed)),
        }
    )
    return record.model_copy(update={"results": results})


def test_it_is_cut_to_what_a_page_holds_and_says_so() -> None:
    shown = show_suggestion(assemble_result(make_record(40)))
    assert (len(shown.columns), shown.more_columns) == (MOST_COLUMNS, 41 - MOST_COLUMNS)
    assert (len(shown.filled), shown.more_filled) == (MOST_ROWS, 10)
    assert {len(row) for row in shown.rows} == {MOST_COLUMNS}
    assert {len(row.cells) for row in shown.filled} == {len(shown.suggested)}
    assert shown.is_cut


def test_values_stand_in_their_row_under_the_columns_that_are_new() -> None:
    shown = show_suggestion(assemble_result(make_record(2)))
    assert [column.name for column in shown.suggested] == ["c0", "c1"]
    assert shown.filled[0] == FilledRow("p0", ("v1", "v1"))
    assert (shown.more_columns, shown.more_rows) == (0, 0)
