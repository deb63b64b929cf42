"""What the cells that a column has already allow to others."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from schemas.table.context import DataType
from schemas.table.suggestion import MAX_CELL_CHARS
from services.check.calendar.moment import read_moment
from services.check.calendar.moment_style import MomentStyle, find_day_form, is_day
from services.check.measure.marked_number import is_marked_number
from services.check.measure.number_form import find_form
from services.check.measure.number_style import NumberStyle
from services.check.measure.parts import split
from services.check.table.inference import NUMBERS
from services.check.text.style import shape

NONE: frozenset[str] = frozenset()


def list_known(
    data_type: DataType, cells: Sequence[str], style: NumberStyle | MomentStyle | None
) -> frozenset[str]:
    """What another rule would change; a set of all cells would be most of a job's memory."""
    if data_type is DataType.TEXT:
        return frozenset(cell for cell in cells if len(cell) > MAX_CELL_CHARS)
    return frozenset(
        cell for cell in cells if cell and not (style and _fits(style.read(cell), data_type))
    )


def _fits(value: str | date | None, data_type: DataType) -> bool:
    """Whether what a cell is read as is of the type: no 6,5 is a whole number."""
    return bool(value) and not (data_type is DataType.INTEGER and "." in str(value))


def list_shapes(
    data_type: DataType,
    cells: Sequence[str],
    style: NumberStyle | MomentStyle | None,
    *,
    is_new: bool,
) -> frozenset[str]:
    """The patterns of numbers or days that are written otherwise than the style says.

    Args:
        is_new: Whether no cell has been accepted yet: then only two numbers of a form vouch for it.
    """
    if data_type not in (*NUMBERS, DataType.DATETIME):
        return NONE
    if is_new:
        return _list_new_forms(data_type, cells)
    others = [cell for cell in cells if not (style and style.read(cell))]
    find = (find_form, shape) if data_type in NUMBERS else (find_day_form,)
    return frozenset(form(cell) for form in find for cell in others)


def is_any(data_type: DataType, said: Sequence[str]) -> bool:
    """Whether any cell is a number or day, where the type asks for one."""
    if data_type in NUMBERS:
        return any(map(split, said))
    return data_type is not DataType.DATETIME or any(is_day(c) or read_moment(c) for c in said)


def _list_new_forms(data_type: DataType, cells: Sequence[str]) -> frozenset[str]:
    if data_type not in NUMBERS:
        return NONE
    whole = data_type is DataType.INTEGER
    marked = Counter(find_form(cell) for cell in cells if is_marked_number(cell, whole=whole))
    return frozenset(form for form, count in marked.items() if count > 1)
