"""The values of one column: each brought into form, and all of them looked at together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemas.job.check import CheckAction, CheckOutcome
from schemas.table.context import DataType
from services.check.finding import FLAGGED, REPAIRED, find, sum_up
from services.check.table.cell import UNFIT, Judged, judge
from services.check.table.column import CheckedColumn
from services.check.text.folding import fold
from services.check.text.placeholder import is_mark, is_placeholder, is_sign, is_unknown

MAX_PLACEHOLDERS = 0.3
SAME_FROM_ROWS = 5
COPY_FROM_ROWS = 3
COPY_SHARE = 0.9

REPAIRS = {
    "C03": "a value for a column that is not named yet was left out",
    "C10": "a value was written as its column is",
    "C11": "a value was spelt as the enum spells it",
    "C12": "a remark after a number was taken off",
    "C13": "a placeholder was left out",
    "C18": "links, markup or hidden characters were taken out",
    "C20": "a value was cut to 500 characters",
}
ODD = {
    "C13": "a value looks like a placeholder",
    "C14": "a value is written unlike the ones that are there",
}
Values = Mapping[str, str | None]
"""Row key to canonical value; None where there is none that fits."""


@dataclass(frozen=True)
class Filled:
    """What the cells of a column came to."""

    values: Values
    found: tuple[CheckOutcome, ...]


def fill(column: CheckedColumn, cells: Mapping[str, str], where: str) -> Filled:
    """Bring the cells of a column into form, by row."""
    judged = {row: judge(cell, column) for row, cell in cells.items()}
    found = [item for row, one in judged.items() for item in say_judged(one, where, [row])]
    return Filled({row: item.value for row, item in judged.items()}, sum_up(found))


def say_judged(judged: Judged, where: str, rows: Sequence[str] = ()) -> Iterator[CheckOutcome]:
    """Say what was done to a cell, and what is odd about it."""
    for check in judged.repairs:
        yield find(check, REPAIRED, where, REPAIRS[check], rows=rows)
    for check in judged.flags:
        yield find(check, FLAGGED, where, ODD[check], rows=rows)


def say_unfit(
    column: CheckedColumn, action: CheckAction, where: str, rows: Sequence[str] = ()
) -> CheckOutcome:
    """Say that cells do not fit their column's type."""
    check = "C11" if column.data_type is DataType.ENUM else "C10"
    return find(check, action, where, f"a value is {UNFIT[column.data_type]}", rows=rows)


def doubt_values(
    column: CheckedColumn,
    cells: Mapping[str, str],
    values: Values,
    others: Sequence[Mapping[str, str]],
    where: str,
) -> Iterator[CheckOutcome]:
    """Say why a new column's values are not worth much, if they are not.

    Args:
        cells: What the model wrote, by row.
        values: What came of it.
        others: The cells of each other column, by row.
    """
    if column.data_type is DataType.IMAGEURL or not cells:
        return
    blank = sum(_is_blank(cell, column) for cell in cells.values())
    if blank > MAX_PLACEHOLDERS * len(cells):
        yield find("C13", FLAGGED, where, "many of its values are placeholders", count=blank)
    said = {row: fold(value) for row, value in values.items() if value is not None}
    if len(said) >= SAME_FROM_ROWS and len(set(said.values())) == 1:
        yield find("C16", FLAGGED, where, "it has the same value in every row")
    if any(_is_copy(said, other) for other in others):
        yield find("C16", FLAGGED, where, "it is a copy of another column")


def _is_blank(cell: str, column: CheckedColumn) -> bool:
    if column.data_type is not DataType.TEXT:
        return is_placeholder(cell) and fold(cell) not in map(fold, column.enum_values)
    return is_unknown(cell) or (is_mark(cell) and not (column.has_signs and is_sign(cell)))


def _is_copy(said: Mapping[str, str], other: Mapping[str, str]) -> bool:
    written = {row: value for row, value in said.items() if value}
    same = sum(fold(other.get(row, "")) == value for row, value in written.items())
    return len(written) >= COPY_FROM_ROWS and same >= COPY_SHARE * len(written)
