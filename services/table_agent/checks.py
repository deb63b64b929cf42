"""What answers of the table stage come to: what the table is about."""

import re
from dataclasses import dataclass, replace

from schemas.job.check import CheckOutcome, Missing, MissingPart
from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.prompt_data import PromptData, PromptWant
from schemas.table.suggestion import ColumnSuggestion, TableSuggestion
from schemas.table.wire import Exact, WireColumn, WireTable
from services.check.finding import BLANKED, DROPPED, find
from services.check.proposal.column_reading import find_existing, read_readings
from services.check.proposal.proposed_column import Proposal, read_proposal, read_sentence
from services.check.proposal.sample_row import read_sample
from services.check.table.table import CheckedTable, read_table
from services.check.text.folding import fold
from services.check.text.hygiene import write_line
from services.stage_runtime.suggestion.draft import CallPlan, CallSize, DraftResult
from services.stage_runtime.suggestion.prompt import describe, show_sample

CHECKS = tuple(f"C{n:02}" for n in (*range(1, 7), *range(10, 14), 15, 18, 20))
MAX_TITLE_CHARS = 200
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class TableDraft:
    """The best answer so far.

    Attributes:
        wrong: What another answer should do better.
    """

    table: CheckedTable
    best: TableSuggestion | None = None
    is_asked: bool = False
    found: tuple[CheckOutcome, ...] = ()
    wrong: tuple[CheckOutcome, ...] = ()

    def plan(self, size: CallSize) -> CallPlan | None:
        """Ask, and again while something is wrong."""
        if self.is_asked and not (self.wrong and size.re_asks):
            return None
        record = self.table.record
        rows = show_sample(record, size, size.rows)
        want = record.job.want
        data = describe(self.table, record, PromptWant(columns=want.columns, rows=0, fill=()), rows)
        return CallPlan(data, self.is_asked, self.wrong, _tell_exactly(data))

    def take(self, answer: WireTable, plan: CallPlan) -> "TableDraft":
        """Keep the answer if it is no worse than the one before."""
        is_new = self.table.record.job.context.is_new
        best, found, wrong = (_read_new if is_new else _read_existing)(answer, self.table)
        if self.best and len(wrong) > len(self.wrong):
            return self
        return replace(self, best=best, is_asked=True, found=found, wrong=wrong)

    def settle(self) -> DraftResult:
        """Propose the best answer, with what is wrong with it."""
        if self.best is None:
            return DraftResult(None, self.wrong)
        job, best = self.table.record.job, self.best
        given = sum(lead is not None for lead in (best.primary, best.secondary))
        is_short = job.context.is_new and given < 2 and StageName.COLUMN not in job.stages
        missing = Missing(what=MissingPart.COLUMNS, asked=2, given=given)
        return DraftResult(best, (*self.found, *self.wrong), (missing,) if is_short else ())


Read = tuple[TableSuggestion | None, tuple[CheckOutcome, ...], tuple[CheckOutcome, ...]]


def _tell_exactly(data: PromptData) -> Exact:
    """A new table has both columns and a row of them, one that is there a reading of each."""
    if not data.columns:
        return {"primary": None, "secondary": None, "sampleRow": 2, "columnReadings": 0}
    keys = tuple(column.key for column in data.columns)
    return {"sampleRow": 0, "columnReadings": len(keys), "columnReadings/columnKey": keys}


def _read_new(answer: WireTable, table: CheckedTable) -> Read:
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


def _read_existing(answer: WireTable, table: CheckedTable) -> Read:
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


def begin(record: StageRecord) -> TableDraft:
    """Nothing said yet."""
    return TableDraft(read_table(record))
