"""A number in a cell: kept as the column writes it, rewritten where that is sure, or flagged."""

from schemas.table.context import DataType
from schemas.table.suggestion import MAX_CELL_CHARS
from services.check.measure.marked_number import is_marked_number
from services.check.measure.number import drop_remark, is_doubtful, is_plain, read_number
from services.check.measure.number_form import find_form
from services.check.measure.number_style import NumberStyle
from services.check.measure.parts import has_unit, measure
from services.check.measure.unit import is_named
from services.check.table.column import CheckedColumn, Read
from services.check.text.folding import write_ascii
from services.check.text.style import shape


def read_number_cell(cell: str, column: CheckedColumn) -> Read:
    """Read a cell of a column that is declared to hold numbers."""
    style, whole = column.numbers, column.data_type is DataType.INTEGER
    number = style.read(cell) if style else None
    if style and number is not None and (not whole or _is_whole(number, style)):
        return cell, ""
    if _is_written_alike(cell, column):
        return cell, ""
    if style and style.has_unit and (respaced := style.respace(cell)):
        return respaced, "C10"
    if len(cell) > MAX_CELL_CHARS:
        # What is left of a number that is cut is another one.
        return None, "C10"
    if is_marked_number(cell, whole=whole):
        return cell, "C14"
    if bare := _bare(cell, column):
        return bare
    is_told = column.comma is not None and column.comma is column.locale.comma
    if is_doubtful(cell, whole=whole, comma=column.comma, is_told=is_told):
        return cell, "C14"
    number = read_number(cell, whole=whole, comma=column.comma)
    if number is None and column.is_belied:
        return cell, "C14"
    if style is None or number is None:
        return number, "C10"
    is_clear = style.is_clear(number, is_plain=is_plain(cell))
    return (style.write(number), "C10") if is_clear else (cell, "C14")


def _bare(cell: str, column: CheckedColumn) -> Read | None:
    """What a number comes to without a unit that the header names, or without a remark."""
    even = write_ascii(cell)
    if measured := measure(cell) or measure(even):
        core, units = measured
        if not column.has_units and all(is_named(unit, column.name) for unit in units):
            return _read_rest(core, cell, column, "C10")
        if column.has_units or has_unit(cell) or has_unit(even):
            # Dollars in a column of euros are no euros.
            return cell, "C14"
    without = drop_remark(cell)
    return _read_rest(without, cell, column, "C12") if without not in ("", cell) else None


def _read_rest(rest: str, cell: str, column: CheckedColumn, check: str) -> Read:
    value, found = read_number_cell(rest, column)
    return (cell, found) if found == "C14" else (value, check)


def read_number_loosely(cell: str, column: CheckedColumn) -> Read:
    """Write only what can be nothing else in the way of a column that nobody has declared."""
    style = column.numbers
    if style is None or style.read(cell) is not None:
        return cell, ""
    return style.rewrite(cell), "C10"


def _is_whole(number: str, style: NumberStyle) -> bool:
    """Whether a number is whole; 3.0 is where the column writes its whole numbers so."""
    return "." not in number or (not style.is_whole and not number.partition(".")[2].strip("0"))


def _is_written_alike(cell: str, column: CheckedColumn) -> bool:
    """Whether a cell has the form of one that is there and is no plain number, either."""
    return (shape if is_plain(cell) else find_form)(cell) in column.shapes
