"""The columns that a new table begins with: they come first, and as they were said."""

from schemas.job.check import CheckOutcome
from schemas.table.suggestion import ColumnSuggestion
from schemas.table.wire import WireColumn
from services.check.finding import REPAIRED, find
from services.check.table.table import CheckedTable
from services.check.text.folding import fold

Said = tuple[WireColumn, ...]


def align_leads(
    table: CheckedTable, said: Said, *, is_first: bool
) -> tuple[Said, tuple[CheckOutcome, ...]]:
    """Put a new table's first columns first, unchanged, whatever the model made of them.

    Args:
        is_first: Whether no column is there yet.
    """
    leads = list_leads(table) if is_first else ()
    if not leads:
        return said, ()
    whys = {fold(column.name): column.why for column in said}
    first = tuple(_write(lead, whys.get(fold(lead.name)) or lead.why) for lead in leads)
    names = {fold(lead.name) for lead in leads}
    aligned = (*first, *(column for column in said if fold(column.name) not in names))
    if all(map(_is_kept, said, first)) and len(said) >= len(first):
        return aligned, ()
    message = "the columns that the table began with were put first and left unchanged"
    return aligned, (find("C17", REPAIRED, "", message),)


def list_leads(table: CheckedTable) -> tuple[ColumnSuggestion, ...]:
    """The columns that were said for a new table; none for an existing one."""
    note = table.record.results.table
    if note is None or not table.record.job.context.is_new:
        return ()
    return tuple(lead for lead in (note.primary, note.secondary) if lead)


def _write(lead: ColumnSuggestion, why: str) -> WireColumn:
    return WireColumn(
        why=why,
        name=lead.name,
        data_type=lead.data_type.value,
        enum_values=lead.enum_values,
        description=lead.description,
    )


def _is_kept(said: WireColumn, lead: WireColumn) -> bool:
    same = (said.name, said.data_type) == (lead.name, lead.data_type)
    return same and (said.enum_values or ()) == (lead.enum_values or ())
