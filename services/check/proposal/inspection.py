"""Checks a suggestion that is already made, as a stranger would: nothing is repaired.

For evaluation and tests. An empty answer means that every check which must hold does hold.
"""

from collections import Counter
from collections.abc import Iterator

from schemas.job.check import CheckOutcome
from schemas.job.final_table import FinalColumn
from schemas.job.record import StageRecord, Suggestion
from schemas.table.context import DataType
from schemas.table.suggestion import (
    ColumnSuggestion,
    ColumnSuggestions,
    RowSuggestions,
    TableSuggestion,
)
from services.check.finding import FLAGGED, find
from services.check.proposal.first_columns import list_leads
from services.check.proposal.proposed_column import MAX_MEMBERS, MIN_MEMBERS, read_members
from services.check.proposal.proposed_row import fold_row, list_taken
from services.check.table.cell import judge
from services.check.table.column import CheckedColumn, make_column
from services.check.table.locale import Locale
from services.check.table.table import CheckedTable, read_table
from services.check.text.folding import fold, identify
from services.check.text.header import is_generic, read_header

Found = Iterator[CheckOutcome]


def audit(before: StageRecord, suggestion: Suggestion | None) -> tuple[CheckOutcome, ...]:
    """Say what is wrong with a stage's suggestion.

    Args:
        before: The record that the stage was given.
    """
    table = read_table(before)
    match suggestion:
        case TableSuggestion():
            return tuple(_audit_table(table, suggestion))
        case ColumnSuggestions():
            return tuple(_audit_columns(table, suggestion))
        case RowSuggestions():
            return tuple(_audit_rows(table, suggestion))
    return ()


def _audit_table(table: CheckedTable, said: TableSuggestion) -> Found:
    leads = [lead for lead in (said.primary, said.secondary) if lead]
    if not table.record.job.context.is_new:
        return
    yield from _audit_headers(leads, set())
    if len(leads) < 2:
        yield _wrong("C04", "", "a new table needs a primary and a secondary column")
    elif len(said.sample_row) != 2:
        yield _wrong("C06", "sample row", "it has not one cell for each of the two columns")
    for lead, cell in zip(leads, said.sample_row, strict=False):
        yield from _audit_cell(cell, _checked(lead, (), table.locale), "sample row")


def _audit_columns(table: CheckedTable, said: ColumnSuggestions) -> Found:
    want = table.record.job.want
    yield from _audit_headers(said.columns, table.list_headers())
    if len(said.columns) != want.columns:
        yield _wrong("C04", "", f"{len(said.columns)} columns of {want.columns}")
    leads = list_leads(table)[: want.columns]
    names = [(column.name, column.data_type) for column in said.columns[: len(leads)]]
    if names != [(lead.name, lead.data_type) for lead in leads]:
        yield _wrong("C17", "", "the columns that the table began with are not kept")
    rows = (
        Counter(key for key, _ in table.rows) if want.fill_existing and said.columns else Counter()
    )
    if Counter(item.row for item in said.fill) != rows:
        yield _wrong("C05", "", "not exactly the existing rows have values")
    if any(len(item.cells) != len(said.columns) for item in said.fill):
        yield _wrong("C06", "", "a row has not one value per column")
        return
    for place, column in enumerate(said.columns):
        cells = tuple(item.cells[place] for item in said.fill)
        checked = _checked(column, cells, table.locale)
        for cell in cells:
            yield from _audit_cell(cell, checked, f"column {place + 1}")


def _audit_rows(table: CheckedTable, said: RowSuggestions) -> Found:
    wanted, width = table.record.job.want.rows, len(table.columns)
    if len(said.rows) != wanted:
        yield _wrong("C07", "", f"{len(said.rows)} rows of {wanted}")
    above: list[tuple[str, ...]] = []
    for number, row in enumerate(said.rows, 1):
        where, taken = f"row {number}", list_taken(table, above)
        if len(row.cells) != width:
            yield _wrong("C06", where, "it has not one cell per column")
            continue
        if table.primary is not None:
            identity = identify(row.cells[table.primary])
            if not identity or identity in taken.primaries:
                yield _wrong("C08", where, "its identifying value is empty or there already")
        if fold_row(row.cells) in taken.rows:
            yield _wrong("C09", where, "it is there already")
        for cell, column in zip(row.cells, table.columns, strict=True):
            yield from _audit_cell(cell, column, where)
        above.append(row.cells)


def _audit_headers(
    columns: list[ColumnSuggestion] | tuple[ColumnSuggestion, ...], taken: set[str]
) -> Found:
    for number, column in enumerate(columns, 1):
        where, name = f"column {number}", fold(column.name)
        if read_header(column.name) != column.name:
            yield _wrong("C01", where, "its header is not tidy")
        if name in taken:
            yield _wrong("C02", where, "its header is there already")
        if is_generic(column.name):
            yield _wrong("C03", where, "its header says nothing")
        members = column.enum_values or ()
        is_tidy = MIN_MEMBERS <= len(members) <= MAX_MEMBERS and read_members(members) == members
        if column.data_type is DataType.ENUM and not is_tidy:
            yield _wrong("C11", where, "an enum has 2 to 12 different values")
        taken = taken | {name}


def _audit_cell(cell: str, column: CheckedColumn, where: str) -> Found:
    judged = judge(cell, column)
    if judged.value is None:
        check = "C11" if column.data_type is DataType.ENUM else "C10"
        yield _wrong(check, where, "a value does not fit its type")
    elif judged.value != cell:
        yield from (_wrong(check, where, "a value is not canonical") for check in judged.repairs)


def _checked(column: ColumnSuggestion, cells: tuple[str, ...], locale: Locale) -> CheckedColumn:
    members = column.enum_values
    final = FinalColumn("", column.name, column.data_type, members, "", is_suggested=True)
    return make_column(final, cells, locale=locale, is_new=True)


def _wrong(check: str, where: str, message: str) -> CheckOutcome:
    return find(check, FLAGGED, where, message)
