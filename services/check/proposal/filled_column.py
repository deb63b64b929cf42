"""A proposed column with its values, on its way into the result."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from schemas.job.check import CheckOutcome
from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from schemas.table.suggestion import ColumnSuggestion
from schemas.table.wire import WireColumn, WireFill
from services.check.finding import BLANKED, DROPPED, FLAGGED, find
from services.check.proposal.proposed_column import read_proposal
from services.check.table.column import CheckedColumn, make_column
from services.check.table.column_value import Filled, Values, doubt_values, fill, say_unfit
from services.check.table.inference import is_belied
from services.check.table.table import CheckedTable


@dataclass(frozen=True)
class Candidate:
    """A column that may be proposed.

    Attributes:
        values: Its canonical values by row; None where one does not fit, no key where none came.
        found: What was repaired.
        doubts: Why another one would be better.
    """

    column: ColumnSuggestion
    checked: CheckedColumn
    values: Values
    found: tuple[CheckOutcome, ...] = ()
    doubts: tuple[CheckOutcome, ...] = ()

    def list_missing(self, rows: Iterable[str]) -> tuple[str, ...]:
        """The rows, of those given, for which there is no value."""
        return tuple(row for row in rows if self.values.get(row) is None)

    def list_given(self) -> tuple[str, ...]:
        """The rows for which there is a value."""
        return tuple(row for row, value in self.values.items() if value is not None)

    def take(self, cells: Mapping[str, str]) -> "Candidate":
        """Take more cells, by row. A value that is there already stays."""
        filled = fill(self.checked, {row: cells[row] for row in self.list_missing(cells)}, "")
        return replace(
            self, values={**self.values, **filled.values}, found=(*self.found, *filled.found)
        )

    def tell(self, key: str) -> tuple[CheckOutcome, ...]:
        """What a person should know of the column when it is proposed under a key."""
        unfit = [row for row, value in self.values.items() if value is None]
        blanked = (say_unfit(self.checked, BLANKED, key, unfit),) if unfit else ()
        told = (*self.found, *self.doubts)
        return (*(item.model_copy(update={"where": key}) for item in told), *blanked)


def read_candidate(
    said: WireColumn,
    cells: Mapping[str, str],
    table: CheckedTable,
    taken: Collection[str],
    where: str,
) -> tuple[Candidate | None, tuple[CheckOutcome, ...]]:
    """Judge a proposed column and its cells by row.

    Returns:
        The candidate, or None and why there is none.
    """
    proposal = read_proposal(said, where, taken, table.script)
    if proposal.column is None:
        return None, proposal.found
    column, checked, filled, told = _settle_type(proposal.column, cells, table, where)
    others = [_by_row(table, place, cells) for place in range(len(table.columns))]
    doubts = doubt_values(checked, cells, filled.values, others, where)
    return Candidate(
        column=column,
        checked=checked,
        values=filled.values,
        found=(*proposal.found, *told, *filled.found),
        doubts=(*proposal.doubts, *doubts),
    ), ()


def _settle_type(
    column: ColumnSuggestion, cells: Mapping[str, str], table: CheckedTable, where: str
) -> tuple[ColumnSuggestion, CheckedColumn, Filled, tuple[CheckOutcome, ...]]:
    """The column with its values, as text where these are none of its type."""
    said = tuple(cells.values())
    checked = make_column(_final(column), said, locale=table.locale, is_new=True)
    filled = fill(checked, cells, where)
    unfit = sum(value is None for value in filled.values.values())
    if not is_belied(column.data_type, said) and 2 * unfit <= sum(map(bool, said)):
        return column, checked, filled, ()
    text = column.model_copy(update={"data_type": DataType.TEXT, "enum_values": None})
    checked = make_column(_final(text), said, locale=table.locale, is_new=True)
    message = "its values are not of its type, so it became a text column"
    flag = find("C10", FLAGGED, where, message)
    return text, checked, fill(checked, cells, where), (flag,)


def read_fill(
    fills: Iterable[WireFill], wanted: Sequence[str], width: int
) -> tuple[dict[str, tuple[str, ...]], tuple[CheckOutcome, ...]]:
    """Read values by row: those of rows that were asked for, with a cell for each column."""
    rows: dict[str, tuple[str, ...]] = {}
    strays = torn = 0
    for item in fills:
        if item.row not in wanted or item.row in rows:
            strays += 1
        elif len(item.cells) != width:
            torn += 1
        else:
            rows[item.row] = item.cells
    found = []
    if strays:
        message = "values were for rows that were not asked for, or for one row twice"
        found.append(find("C05", DROPPED, "", message, count=strays))
    if torn:
        message = f"a row's values are not one for each of the {width} columns"
        found.append(find("C06", DROPPED, "", message, count=torn))
    if lacking := len(set(wanted)) - len(rows) - torn:
        message = "a row that was asked for has no values"
        found.append(find("C05", DROPPED, "", message, count=lacking))
    return rows, tuple(found)


def _final(column: ColumnSuggestion) -> FinalColumn:
    return FinalColumn("", column.name, column.data_type, column.enum_values, "", is_suggested=True)


def _by_row(table: CheckedTable, place: int, rows: Mapping[str, str]) -> dict[str, str]:
    return {row: cells[place] for row, cells in table.rows if row in rows}
