"""The proposed columns so far, with their values: what is kept, in doubt and missing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from schemas.job.check import CheckOutcome, Missing, MissingPart
from schemas.job.final_table import suggested_keys
from schemas.job.record import StageRecord
from schemas.stage import StageName
from schemas.table.prompt_data import PromptWant
from schemas.table.suggestion import ColumnSuggestions, RowFill
from schemas.table.wire import WireColumns
from services.check.finding import DROPPED, find
from services.check.proposal.filled_column import Candidate, read_candidate, read_fill
from services.check.table.table import CheckedTable
from services.check.text.folding import fold

Found = tuple[CheckOutcome, ...]


@dataclass(frozen=True)
class ProposedColumns:
    """Columns so far.

    Attributes:
        count: How many are asked for.
        rows: The rows that need a value in each of them.
        held: Columns in doubt: proposed if no better ones come.
    """

    table: CheckedTable
    count: int
    rows: tuple[str, ...]
    kept: tuple[Candidate, ...] = ()
    held: tuple[Candidate, ...] = ()

    @property
    def so_far(self) -> StageRecord:
        """The job's record, with the kept columns in it."""
        return self.table.record.provisionally(StageName.COLUMN, self.suggest())

    @property
    def lacking(self) -> int:
        """How many columns are still to come."""
        return self.count - len(self.kept)

    def tally(self) -> tuple[int, int]:
        """How many columns and values are kept, and how many columns are in doubt."""
        return sum(1 + len(item.list_given()) for item in self.kept), len(self.held)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the kept columns."""
        return suggested_keys(self.table.record, len(self.kept))

    def take_columns(
        self, answer: WireColumns, want: PromptWant, *, is_firm: bool
    ) -> tuple["ProposedColumns", Found]:
        """Keep the columns that are valid, with those of their values that are.

        Args:
            want: How many columns were asked for, and for which rows values.
            is_firm: Whether they are kept even when in doubt; otherwise those wait for better ones.

        Returns:
            The columns, and what is wrong with those that are not kept.
        """
        values, wrong = read_fill(answer.fill, want.fill, len(answer.columns))
        found, kept, held = list(wrong), list(self.kept), list(self.held)
        if len(answer.columns) != want.columns:
            message = f"{len(answer.columns)} columns were proposed, {want.columns} were asked for"
            found.append(find("C04", DROPPED, "", message))
        for place, column in enumerate(answer.columns):
            taken = self.table.list_headers() | {fold(item.column.name) for item in kept}
            cells = {row: texts[place] for row, texts in values.items()}
            where = f"proposed column {place + 1}"
            candidate, why_not = read_candidate(column, cells, self.table, taken, where)
            found += why_not
            if candidate:
                (held if candidate.doubts and not is_firm else kept).append(candidate)
        return replace(self, kept=tuple(kept[: self.count]), held=tuple(held)), tuple(found)

    def take_values(
        self, answer: WireColumns, rows: Sequence[str], into: Sequence[str]
    ) -> tuple["ProposedColumns", Found]:
        """Take more values of the columns whose keys are `into`, in that order."""
        values, found = read_fill(answer.fill, rows, len(into))
        kept = tuple(
            item.take({row: texts[into.index(key)] for row, texts in values.items()})
            if key in into
            else item
            for key, item in zip(self.keys, self.kept, strict=True)
        )
        return replace(self, kept=kept), found

    def fill_up(self) -> "ProposedColumns":
        """With columns in doubt where better ones are lacking."""
        kept = list(self.kept)
        for item in self.held:
            names = {fold(other.column.name) for other in kept}
            if len(kept) < self.count and fold(item.column.name) not in names:
                kept.append(item)
        return replace(self, kept=tuple(kept), held=())

    def list_incomplete(self, rows: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The rows, of those given, and the keys of the columns, where a value is missing."""
        holes = [set(item.list_missing(rows)) for item in self.kept]
        into = tuple(key for key, hole in zip(self.keys, holes, strict=True) if hole)
        return tuple(row for row in rows if any(row in hole for hole in holes)), into

    def list_missing(self) -> tuple[Missing, ...]:
        """What was asked for and is not there."""
        missing = []
        if self.lacking > 0:
            given = len(self.kept)
            missing.append(Missing(what=MissingPart.COLUMNS, asked=self.count, given=given))
        total = len(self.rows)
        for key, item in zip(self.keys, self.kept, strict=True):
            if lack := len(item.list_missing(self.rows)):
                given = total - lack
                part = MissingPart.VALUES
                missing.append(Missing(what=part, asked=total, given=given, column=key))
        return tuple(missing)

    def tell(self) -> Found:
        """What a person should know of the kept columns."""
        pairs = zip(self.keys, self.kept, strict=True)
        return tuple(item for key, candidate in pairs for item in candidate.tell(key))

    def list_doubts(self) -> Found:
        """Why columns are held."""
        return tuple(doubt for item in self.held for doubt in item.doubts)

    def suggest(self) -> ColumnSuggestions:
        """The kept columns as a suggestion; a value that is missing is blank."""
        fill = tuple(
            RowFill(row=row, cells=tuple(item.values.get(row) or "" for item in self.kept))
            for row in self.rows
            if any(item.values.get(row) is not None for item in self.kept)
        )
        return ColumnSuggestions(columns=tuple(item.column for item in self.kept), fill=fill)
