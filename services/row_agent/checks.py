"""What answers of the row stage come to: rows that may be proposed."""

from dataclasses import dataclass, replace

from schemas.job.check import CheckOutcome, Missing, MissingPart
from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.prompt_data import PromptWant
from schemas.table.suggestion import RowSuggestion, RowSuggestions
from schemas.table.wire import Exact, WireRows
from services.check.finding import DROPPED, find
from services.check.proposal.proposed_row import (
    CandidateRow,
    Taken,
    add_taken,
    flag_style,
    list_taken,
    name_row,
    read_row,
)
from services.check.table.cell_form import list_forms
from services.check.table.table import CheckedTable, read_table
from services.stage_runtime.suggestion.draft import CallPlan, CallSize, DraftResult, Yield
from services.stage_runtime.suggestion.prompt import describe, show_sample

CHECKS = ("C06", "C07", "C08", "C09", "C10", "C11", "C12", "C13", "C14", "C15", "C17", "C18", "C20")


@dataclass(frozen=True)
class RowDraft:
    """Rows so far.

    Attributes:
        taken: What the existing rows have.
        held: Rows with a cell that does not fit: proposed without it if no better one comes.
        asked: How many rows have been asked for, not counting re-asks.
        clashes: Identifying values that were proposed though they are there already.
    """

    table: CheckedTable
    taken: Taken
    kept: tuple[CandidateRow, ...] = ()
    held: tuple[CandidateRow, ...] = ()
    asked: int = 0
    found: tuple[CheckOutcome, ...] = ()
    lately: tuple[CheckOutcome, ...] = ()
    clashes: tuple[str, ...] = ()

    @property
    def yielded(self) -> Yield:
        """The rows so far."""
        return Yield(len(self.kept), len(self.held))

    def plan(self, size: CallSize) -> CallPlan | None:
        """Ask for all rows, then again for the ones that failed."""
        wanted = self.table.record.job.want.rows
        fresh, lacking = wanted - self.asked, wanted - len(self.kept)
        count = min(fresh or lacking, lacking, size.items)
        if count <= 0 or not (fresh or size.re_asks):
            return None
        so_far, want = self._so_far(self.kept), PromptWant(columns=0, rows=count, fill=())
        shown = show_sample(so_far, size, size.rows)
        data = describe(self.table, so_far, want, shown, self.clashes)
        exact: Exact = {"rows": count, "rows/cells": list_forms(self.table)}
        plan = CallPlan(data, not fresh, () if fresh else self.lately, exact)
        return plan.before(fresh - count, size.items)

    def take(self, answer: WireRows, plan: CallPlan) -> "RowDraft":
        """Keep the rows that are whole, new and valid."""
        wanted = plan.data.want.rows
        kept, held = list(self.kept), list(self.held)
        dropped: list[CheckOutcome] = []
        for number, said in enumerate(answer.rows, 1):
            taken = add_taken(self.taken, self.table, [row.cells for row in kept])
            row, found = read_row(said.cells, self.table, taken, name_row(number))
            dropped += found
            if row:
                (held if row.doubts else kept).append(row)
        lacking = len(self.kept) + wanted - len(kept)
        if len(answer.rows) != wanted:
            message = f"{len(answer.rows)} rows were proposed, {wanted} were asked for"
            dropped.append(find("C07", DROPPED, "", message))
        doubts = [doubt for row in held[len(self.held) :] for doubt in row.doubts]
        return replace(
            self,
            kept=tuple(kept[: len(self.kept) + wanted]),
            held=tuple(held),
            asked=self.asked if plan.is_again else self.asked + wanted,
            found=(*self.found, *dropped),
            lately=(*dropped, *doubts) if lacking > 0 else (),
            clashes=(*self.clashes, *self._clashes(answer, dropped)),
        )

    def settle(self) -> DraftResult:
        """Fill up with rows whose doubtful cells are left blank."""
        wanted = self.table.record.job.want.rows
        rows = list(self.kept)
        for row in self.held:
            taken = add_taken(self.taken, self.table, [other.cells for other in rows])
            if len(rows) < wanted and read_row(row.cells, self.table, taken, "")[0]:
                rows.append(row)
        found = [*self.found, *flag_style(self.table, [row.cells for row in rows])]
        found += [item for number, row in enumerate(rows, 1) for item in row.tell(number)]
        if not rows:
            return DraftResult(None, tuple(found))
        missing = Missing(what=MissingPart.ROWS, asked=wanted, given=len(rows))
        suggestion = RowSuggestions(rows=tuple(RowSuggestion(cells=row.cells) for row in rows))
        return DraftResult(suggestion, tuple(found), (missing,) if len(rows) < wanted else ())

    def _so_far(self, rows: tuple[CandidateRow, ...]) -> StageRecord:
        suggestion = RowSuggestions(rows=tuple(RowSuggestion(cells=row.cells) for row in rows))
        return self.table.record.provisionally(StageName.ROW, suggestion)

    def _clashes(self, answer: WireRows, dropped: list[CheckOutcome]) -> tuple[str, ...]:
        places = {item.where for item in dropped if item.id in ("C08", "C09")}
        place = self.table.primary or 0
        said = (
            row.cells[place]
            for number, row in enumerate(answer.rows, 1)
            if name_row(number) in places and place < len(row.cells)
        )
        return tuple(cell for cell in said if cell)


def begin(record: StageRecord) -> RowDraft:
    """No rows yet."""
    table = read_table(record)
    return RowDraft(table, list_taken(table))
