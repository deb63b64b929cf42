"""What the cells that a column has already allow to others."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from schemas.table.context import DataType
from schemas.table.suggestion import MAX_CELL_CHARS
from services.check.calendar.day_form import find_day_form, find_worded_form, is_day
from services.check.calendar.moment import read_moment
from services.check.calendar.moment_style import MomentStyle
from services.check.measure.marked_number import is_marked_number
from services.check.measure.number import read_number
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
        is_told = isinstance(style, MomentStyle) and not style.is_worded
        return NONE if is_told else _list_new_forms(data_type, cells)
    others = [cell for cell in cells if not (style and style.read(cell))]
    if data_type in NUMBERS:
        return frozenset(form(cell) for form in (find_form, shape) for cell in others)
    worded = {find_worded_form(cell) for cell in cells} - {""}
    return frozenset(worded.union(map(find_day_form, others)))


def is_any(data_type: DataType, said: Sequence[str]) -> bool:
    """Whether any cell is a number or day, where the type asks for one."""
    if data_type in NUMBERS:
        return any(map(split, said))
    return data_type is not DataType.DATETIME or any(is_day(c) or read_moment(c) for c in said)


def _list_new_forms(data_type: DataType, cells: Sequence[str]) -> frozenset[str]:
    """The forms in which at least two cells are written that say what they say in no other one."""
    if data_type in NUMBERS:
        whole = data_type is DataType.INTEGER
        forms = [find_form(cell) for cell in cells if _is_own_way(cell, whole=whole)]
    elif any(read_moment(cell) == cell for cell in cells):
        # Beside days in ISO 8601 all others are written so, too.
        return NONE
    else:
        forms = [find_worded_form(cell) or find_day_form(cell) for cell in cells if is_day(cell)]
    return frozenset(form for form, count in Counter(forms).items() if count > 1)


def _is_own_way(cell: str, *, whole: bool) -> bool:
    """Whether it is a number with signs of its own, or in digits and signs of another script."""
    is_foreign = any(sign in "٫٬" or (sign.isdecimal() and not sign.isascii()) for sign in cell)
    is_plain = is_foreign and read_number(cell, whole=whole) is not None
    return is_plain or is_marked_number(cell, whole=whole)
