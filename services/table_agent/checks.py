"""What answers of the table stage come to: what the table is about."""

from dataclasses import dataclass, replace

from schemas.job.check import CheckOutcome, Missing, MissingPart
from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.prompt_data import PromptData, PromptWant
from schemas.table.suggestion import TableSuggestion
from schemas.table.wire import FILLED, Exact, WireTable
from services.check.proposal.table_note import read_note
from services.check.table.table import CheckedTable, read_table
from services.stage_runtime.suggestion.draft import CallPlan, CallSize, DraftResult, Yield
from services.stage_runtime.suggestion.prompt import describe, show_sample

CHECKS = tuple(f"C{n:02}" for n in (*range(1, 7), *range(10, 14), 15, 18, 20))


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

    @property
    def yielded(self) -> Yield:
        """Whether something can be said."""
        return Yield(int(self.best is not None))

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
        best, found, wrong = read_note(answer, self.table)
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


def _tell_exactly(data: PromptData) -> Exact:
    """A new table has both columns and a row of them, one that is there a reading of each."""
    if not data.columns:
        both: Exact = {"primary": None, "secondary": None, "primary/name": FILLED}
        return {**both, "sampleRow": (FILLED, FILLED), "columnReadings": 0}
    keys = tuple(column.key for column in data.columns)
    return {"sampleRow": 0, "columnReadings": len(keys), "columnReadings/columnKey": keys}


def begin(record: StageRecord) -> TableDraft:
    """Nothing said yet."""
    return TableDraft(read_table(record))
