"""What a table is about: the columns that a new one begins with, or readings of those there are."""

import re

from schemas.job.check import CheckOutcome
from schemas.table.suggestion import ColumnSuggestion, TableSuggestion
from schemas.table.wire import WireColumn, WireTable
from services.check.finding import BLANKED, DROPPED, find
from services.check.proposal.column_reading import find_existing, read_readings
from services.check.proposal.proposed_column import Proposal, read_proposal, read_sentence
from services.check.proposal.sample_row import read_sample
from services.check.table.table import CheckedTable
from services.check.text.folding import fold
from services.check.text.hygiene import write_line

MAX_TITLE_CHARS = 200
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")

Note = tuple[TableSuggestion | None, tuple[CheckOutcome, ...], tuple[CheckOutcome, ...]]
"""What may be proposed, what was found and done, and what another answer should do better."""


def read_note(answer: WireTable, table: CheckedTable) -> Note:
    """Judge what was said of a table."""
    is_new = table.record.job.context.is_new
    return _read_new(answer, table) if is_new else _read_existing(answer, table)


def _read_new(answer: WireTable, table: CheckedTable) -> Note:
    context = table.record.job.context
    first = _lead(answer.primary, "first", set(), table)
    taken = {fold(first.column.name)} if first.column else set[str]()
    second = _lead(answer.secondary, "second", taken, table)
    sample, done, wrong = read_sample(
        answer.sample_row, (first.column, second.column), table.locale
    )
    title = write_line(answer.title)[:MAX_TITLE_CHARS] or write_line(context.title)
    found = (*(item for p in (first, second) if p.column for item in p.found), *done)
    faults = tuple(item for p in (first, second) for item in (p.doubts if p.column else p.found))
    if first.column is None:
        return None, found, (*faults, *wrong)
    suggestion = _write(answer, title, answer.description, first.column, second.column)
    return suggestion.model_copy(update={"sample_row": sample}), found, (*faults, *wrong)


def _read_existing(answer: WireTable, table: CheckedTable) -> Note:
    context = table.record.job.context
    readings, found = read_readings(answer.column_readings, table)
    first, second = find_existing(answer.primary, table), find_existing(answer.secondary, table)
    if answer.primary and first is None:
        found.append(find("C05", DROPPED, "", "the column that identifies a row is none of them"))
    title = write_line(context.title) or write_line(answer.title)[:MAX_TITLE_CHARS]
    # What the user has written is not proposed again.
    description = "" if context.description else answer.description
    suggestion = _write(answer, title, description, first, second)
    return suggestion.model_copy(update={"column_readings": readings}), tuple(found), ()


def _lead(said: WireColumn | None, place: str, taken: set[str], table: CheckedTable) -> Proposal:
    if said is None:
        return Proposal(None, (find("C04", BLANKED, "", f"the {place} column is missing"),))
    return read_proposal(said, f"{place} column", taken, table.script)


def _write(
    answer: WireTable,
    title: str,
    description: str,
    first: ColumnSuggestion | None,
    second: ColumnSuggestion | None,
) -> TableSuggestion:
    return TableSuggestion(
        title=title,
        description=read_sentence(description),
        entity=read_sentence(answer.entity)[:MAX_TITLE_CHARS],
        language=answer.language[:35] if LANGUAGE.fullmatch(answer.language[:35]) else "",
        primary=first,
        secondary=second,
    )
