"""A day in a cell: kept as the column writes it, rewritten where that is sure, or flagged."""

from services.check.calendar.day_form import find_day_form, find_worded_form, is_day, is_never
from services.check.calendar.moment import is_of_other_calendar, read_moment
from services.check.table.column import CheckedColumn, Read


def read_moment_cell(cell: str, column: CheckedColumn) -> Read:
    """Read a cell of a column that is declared to hold days or times."""
    if (column.days and column.days.read(cell)) or _is_written_alike(cell, column):
        return cell, ""
    is_like = find_worded_form(cell) in column.shapes and not is_never(cell)
    if is_like and is_day(cell):
        return cell, ""
    language = column.locale.language
    written = read_moment(cell, day_first=_find_day_first(column), language=language)
    if written is None:
        # It is a day, and nobody can tell which; or the column has no days.
        return (cell, "C14") if column.is_belied or is_like or is_day(cell) else (None, "C10")
    if written != cell and is_of_other_calendar(written, language):
        return cell, "C14"
    value = (column.days.rewrite(written) if column.days else None) or written
    return cell if _is_alike(value, cell, column) else value, "C10"


def read_moment_loosely(cell: str, column: CheckedColumn) -> Read:
    """Write only what can be nothing else in the way of a column that nobody has declared."""
    if column.days is None:
        return (cell if read_moment(cell) == cell else None), ""
    if column.days.read(cell):
        return cell, ""
    value = column.days.rewrite(cell)
    written = read_moment(cell, day_first=column.days.day_first) or ""
    if value and is_of_other_calendar(written, column.locale.language):
        return None, ""
    return cell if value and _is_alike(value, cell, column) else value, "C10"


def _is_alike(value: str, cell: str, column: CheckedColumn) -> bool:
    """Whether a rewritten day only has its month in another language: April is German, too."""
    is_worded = column.days is not None and column.days.is_worded
    return is_worded and find_worded_form(value) == find_worded_form(cell)


def _find_day_first(column: CheckedColumn) -> bool | None:
    of_cells = column.days.day_first if column.days else None
    return column.locale.day_first if of_cells is None else of_cells


def _is_written_alike(cell: str, column: CheckedColumn) -> bool:
    """Whether a cell has the pattern of one that is there, and is no day that never was."""
    return find_day_form(cell) in column.shapes and not is_never(cell)
