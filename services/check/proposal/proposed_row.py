"""A proposed row: one cell per column, new, and identified by its primary value."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from schemas.job.check import CheckOutcome
from services.check.finding import BLANKED, DROPPED, FLAGGED, find
from services.check.table.cell import judge
from services.check.table.column_value import ODD, say_judged, say_unfit
from services.check.table.table import CheckedTable
from services.check.text.folding import identify
from services.check.text.script import is_foreign
from services.check.text.style import find_unlike

FoldedRow = tuple[str, ...]


@dataclass(frozen=True)
class CandidateRow:
    """A row that may be proposed.

    Attributes:
        cells: Canonical values; "" for a cell that does not fit its type.
        found: What was repaired; `where` is a column's key.
        doubts: What does not fit: another row is asked for, and then these are told.
    """

    cells: tuple[str, ...]
    found: tuple[CheckOutcome, ...] = ()
    doubts: tuple[CheckOutcome, ...] = ()

    def tell(self, number: int) -> tuple[CheckOutcome, ...]:
        """What a person should know of the row when it is the so-manieth that is proposed."""
        rows = (name_row(number),)
        return tuple(item.model_copy(update={"rows": rows}) for item in (*self.found, *self.doubts))


@dataclass(frozen=True)
class Taken:
    """What other rows have: whole rows, folded, and what identifies them."""

    rows: frozenset[FoldedRow]
    primaries: frozenset[str]


def name_row(number: int) -> str:
    """What a proposed row is called; they are counted from 1."""
    return f"proposed row {number}"


def fold_row(cells: tuple[str, ...]) -> FoldedRow:
    """A row in which look-alikes compare equal, and signs do not: m is not M."""
    return tuple(map(identify, cells))


def list_taken(table: CheckedTable, more: Iterable[tuple[str, ...]] = ()) -> Taken:
    """What the table's rows, and `more`, have."""
    nothing = Taken(frozenset(), frozenset())
    return add_taken(nothing, table, (*(cells for _, cells in table.rows), *more))


def add_taken(taken: Taken, table: CheckedTable, rows: Iterable[tuple[str, ...]]) -> Taken:
    """What was taken, and what more rows have."""
    added = [*rows]
    place = table.primary if table.is_key else None
    primaries = [identify(row[place]) for row in added] if place is not None else []
    return Taken(taken.rows.union(map(fold_row, added)), taken.primaries.union(primaries))


def read_row(
    cells: tuple[str, ...], table: CheckedTable, taken: Taken, where: str
) -> tuple[CandidateRow | None, tuple[CheckOutcome, ...]]:
    """Judge a proposed row.

    Returns:
        The candidate, or None and why there is none.
    """
    width = len(table.columns)
    if len(cells) != width:
        message = f"the row has not one cell for each of the {width} columns"
        return None, (find("C06", DROPPED, where, message),)
    candidate = _judge(cells, table)
    if wrong := _drop(candidate.cells, table, taken):
        return None, (find(wrong[0], DROPPED, where, wrong[1]),)
    return candidate, ()


def flag_style(table: CheckedTable, rows: Collection[tuple[str, ...]]) -> Iterator[CheckOutcome]:
    """Say in which columns proposed cells are written unlike the existing ones."""
    for place, column in enumerate(table.columns):
        unlike = find_unlike([row[place] for row in rows], column.shape)
        if unlike:
            yield find("C14", FLAGGED, column.key, ODD["C14"], rows=[name_row(n) for n in unlike])


def _judge(cells: tuple[str, ...], table: CheckedTable) -> CandidateRow:
    values: list[str] = []
    found: list[CheckOutcome] = []
    doubts: list[CheckOutcome] = []
    for cell, column in zip(cells, table.columns, strict=True):
        judged = judge(cell, column)
        values.append(judged.value or "")
        for item in say_judged(judged, column.key):
            (doubts if column.is_identity and item.action is FLAGGED else found).append(item)
        if judged.value is None:
            doubts.append(say_unfit(column, BLANKED, column.key))
        elif is_foreign(judged.value, column.script):
            message = "a value is not in the script of the column's others"
            doubts.append(find("C15", FLAGGED, column.key, message))
    return CandidateRow(tuple(values), tuple(found), tuple(doubts))


def _drop(cells: tuple[str, ...], table: CheckedTable, taken: Taken) -> tuple[str, str] | None:
    if table.primary is not None:
        identity = identify(cells[table.primary])
        if not identity:
            return "C08", "the value that identifies the row is empty"
        if identity in taken.primaries:
            return "C08", "another row has the same identifying value"
    if not any(cells):
        return "C09", "the row is empty"
    return ("C09", "the row is there already") if fold_row(cells) in taken.rows else None
