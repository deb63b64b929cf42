"""What an answer of the row stage must hold beyond its shape."""

from collections.abc import Iterator

from schemas.final_table import final_columns, final_rows
from schemas.record import StageRecord
from schemas.suggestion import RowSuggestions
from services.stage_runtime.folding import fold
from services.stage_runtime.stage import Finding


def check(record: StageRecord, suggestion: RowSuggestions) -> Iterator[Finding]:
    """As many new rows as asked for, each with one cell per column."""
    asked, width = record.job.want.rows, len(final_columns(record))
    if len(suggestion.rows) != asked:
        found = len(suggestion.rows)
        yield Finding("C07", f"{found} rows were proposed, {asked} were asked for")
    if any(len(row.cells) != width for row in suggestion.rows):
        yield Finding("C06", f"a row has not one cell for each of the {width} columns")
    if _repeats(record, suggestion):
        yield Finding("C09", "a proposed row repeats another row")


def _repeats(record: StageRecord, suggestion: RowSuggestions) -> bool:
    rows = [_folded(row.cells) for row in suggestion.rows]
    existing = {_folded(cells) for _, cells in final_rows(record)}
    return len(set(rows)) < len(rows) or bool(existing & set(rows))


def _folded(cells: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(cell) for cell in cells)
