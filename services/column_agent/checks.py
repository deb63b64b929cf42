"""What an answer of the column stage must hold beyond its shape."""

from collections import Counter
from collections.abc import Iterator

from schemas.prompt_data import describe
from schemas.record import StageRecord
from schemas.suggestion import ColumnSuggestions
from services.stage_runtime.folding import fold
from services.stage_runtime.stage import Finding


def check(record: StageRecord, suggestion: ColumnSuggestions) -> Iterator[Finding]:
    """As many new names as asked for, and one cell of each for every row asked for."""
    yield from _check_names(record, suggestion)
    yield from _check_fill(record, suggestion)


def _check_names(record: StageRecord, suggestion: ColumnSuggestions) -> Iterator[Finding]:
    names = [fold(column.name) for column in suggestion.columns]
    existing = {fold(column.name) for column in record.job.context.columns}
    if len(set(names)) < len(names) or existing & set(names):
        yield Finding("C02", "a proposed column repeats another column's name")
    asked = record.job.want.columns
    if len(names) != asked:
        yield Finding("C04", f"{len(names)} columns were proposed, {asked} were asked for")


def _check_fill(record: StageRecord, suggestion: ColumnSuggestions) -> Iterator[Finding]:
    asked = Counter(describe(record).want.fill)
    if Counter(fill.row for fill in suggestion.fill) != asked:
        yield Finding("C05", f"not exactly the {len(asked)} rows asked for have a value each")
    width = len(suggestion.columns)
    if any(len(fill.cells) != width for fill in suggestion.fill):
        yield Finding("C06", f"a row's values are not one for each of the {width} columns")
