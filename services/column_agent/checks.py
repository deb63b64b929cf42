"""What answers of the column stage come to: columns and values that may be proposed."""

from dataclasses import dataclass, replace

from schemas.job.check import CheckOutcome
from schemas.job.final_table import final_columns
from schemas.job.record import StageRecord
from schemas.table.prompt_data import PromptData, PromptWant
from schemas.table.wire import FILLED, Exact, WireColumns
from services.check.proposal.first_columns import settle_leads
from services.check.proposal.proposed_columns import ProposedColumns
from services.check.table.table import read_table
from services.stage_runtime.suggestion.draft import CallPlan, CallSize, DraftResult, Yield
from services.stage_runtime.suggestion.prompt import describe, show_batch, show_sample

CHECKS = tuple(f"C{n:02}" for n in (*range(1, 7), *range(10, 14), 15, 16, 17, 18, 20))


@dataclass(frozen=True)
class ColumnDraft:
    """Columns so far.

    Attributes:
        unasked: Rows whose values have not been asked for yet.
        is_asked: Whether the columns have been asked for.
        lately: What was wrong with the last answer.
    """

    columns: ProposedColumns
    unasked: tuple[str, ...]
    is_asked: bool = False
    found: tuple[CheckOutcome, ...] = ()
    lately: tuple[CheckOutcome, ...] = ()

    @property
    def yielded(self) -> Yield:
        """Columns, and values in them."""
        return Yield(*self.columns.tally())

    def plan(self, size: CallSize) -> CallPlan | None:
        """Ask for all columns, again for those that failed, then for values, and again."""
        if self.columns.lacking > 0 and (size.re_asks or not self.is_asked):
            first = _plan(self._ask_columns(size), self.is_asked, self.lately)
            return self._before_rest(first, size)
        columns = self.columns.fill_up()
        if self.unasked and columns.kept:
            values = _plan(self._ask_values(size, columns, self.unasked, columns.keys))
            return self._before_rest(values, size)
        rows, into = columns.list_incomplete(self._asked)
        if not (rows and size.re_asks):
            return None
        return _plan(self._ask_values(size, columns, rows, into), True, self.lately)

    def take(self, answer: WireColumns, plan: CallPlan) -> "ColumnDraft":
        """Keep the columns and values that are valid."""
        want, columns = plan.data.want, self.columns
        if want.into:
            columns, lately = columns.fill_up().take_values(answer, want.fill, want.into)
        else:
            columns, lately = columns.take_columns(answer, plan.data.want, is_firm=plan.is_again)
        return replace(
            self,
            columns=columns,
            unasked=tuple(row for row in self.unasked if row not in want.fill),
            is_asked=True,
            found=(*self.found, *lately),
            lately=(*lately, *columns.list_doubts()),
        )

    def settle(self) -> DraftResult:
        """Propose what there is; a value that does not fit is blank."""
        columns = self.columns.fill_up()
        if not columns.kept:
            return DraftResult(None, self.found)
        return DraftResult(
            columns.suggest(), (*self.found, *columns.tell()), columns.list_missing()
        )

    @property
    def _asked(self) -> tuple[str, ...]:
        unasked = set(self.unasked)
        return tuple(row for row in self.columns.rows if row not in unasked)

    def _before_rest(self, plan: CallPlan, size: CallSize) -> CallPlan:
        want, rest = plan.data.want, set(self.unasked) - set(plan.data.want.fill)
        columns = 0 if want.into else self.columns.lacking - want.columns
        return plan.before(columns, size.columns).before(len(rest), size.batch)

    def _ask_columns(self, size: CallSize) -> PromptData:
        so_far, rows = self.columns.so_far, self._asked or self.columns.rows
        shown = show_sample(so_far, size, size.items if rows else size.rows, rows or None)
        fill = tuple(key for key, *_ in shown if rows)
        taken = tuple(column.name for column in final_columns(so_far) if column.name)
        count = min(self.columns.lacking, size.columns)
        want = PromptWant(columns=count, rows=0, fill=fill, taken=taken)
        return describe(self.columns.table, so_far, want, shown)

    def _ask_values(
        self, size: CallSize, columns: ProposedColumns, rows: tuple[str, ...], into: tuple[str, ...]
    ) -> PromptData:
        so_far = columns.so_far
        shown, fill = show_batch(so_far, size, rows)
        want = PromptWant(columns=0, rows=0, fill=fill, into=into)
        return describe(columns.table, so_far, want, shown)


def _plan(
    data: PromptData, is_again: bool = False, findings: tuple[CheckOutcome, ...] = ()
) -> CallPlan:
    want = data.want
    exact: Exact = {"columns": want.columns, "columns/name": FILLED, "fill": len(want.fill)}
    cells: Exact = {"fill/row": want.fill, "fill/cells": len(want.into) or want.columns}
    return CallPlan(data, is_again, findings, {**exact, **cells} if want.fill else exact)


def begin(record: StageRecord) -> ColumnDraft:
    """No columns yet but those that a new table begins with."""
    table, want = read_table(record), record.job.want
    rows = tuple(key for key, _ in table.rows) if want.fill_existing else ()
    first = ProposedColumns(table, want.columns, rows, settle_leads(table)[: want.columns])
    return ColumnDraft(first, rows)
