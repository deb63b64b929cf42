"""The columns that a new table begins with: they come first, and as they were said."""

from schemas.table.suggestion import ColumnSuggestion
from schemas.table.wire import WireColumn
from services.check.proposal.filled_column import Candidate, read_candidate
from services.check.table.table import CheckedTable
from services.check.text.folding import fold


def list_leads(table: CheckedTable) -> tuple[ColumnSuggestion, ...]:
    """The columns that were said for a new table; none for an existing one."""
    note = table.record.results.table
    if note is None or not table.record.job.context.is_new:
        return ()
    return tuple(lead for lead in (note.primary, note.secondary) if lead)


def settle_leads(table: CheckedTable) -> tuple[Candidate, ...]:
    """They are there already: no model is asked for them, and none can change them."""
    kept: list[Candidate] = []
    for lead in list_leads(table):
        taken = {fold(other.column.name) for other in kept}
        candidate, _ = read_candidate(_write(lead), {}, table, taken, "")
        if candidate:
            kept.append(candidate)
    return tuple(kept)


def _write(lead: ColumnSuggestion) -> WireColumn:
    return WireColumn(
        why=lead.why,
        name=lead.name,
        data_type=lead.data_type.value,
        enum_values=lead.enum_values,
        description=lead.description,
    )
