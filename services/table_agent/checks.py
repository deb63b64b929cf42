"""What an answer of the table stage must hold beyond its shape."""

from collections.abc import Iterator

from schemas.record import StageRecord
from schemas.suggestion import TableSuggestion
from services.stage_runtime.folding import fold
from services.stage_runtime.stage import Finding


def check(record: StageRecord, suggestion: TableSuggestion) -> Iterator[Finding]:
    """A new table needs two columns with different names and a sample row for them."""
    if not record.job.context.is_new:
        return
    primary, secondary = suggestion.primary, suggestion.secondary
    if primary is None or secondary is None:
        yield Finding("C04", "a new table needs a primary and a secondary column")
        return
    if fold(primary.name) == fold(secondary.name):
        yield Finding("C02", "the primary and the secondary column have the same name")
    if len(suggestion.sample_row) != 2:
        cells = len(suggestion.sample_row)
        yield Finding("C06", f"the sample row has {cells} cells for 2 columns")
