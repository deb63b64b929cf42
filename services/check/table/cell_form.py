"""The form of new cells, as far as a model server can hold its model to it while it writes.

Only what no right value breaks: the checks judge the rest, and whatever another server sends.
"""

import re

from schemas.table.context import DataType
from schemas.table.wire import TextForm
from services.check.table.column import CheckedColumn
from services.check.table.table import CheckedTable

# Bounded, because a model may go on with digits for ever.
PATTERNS = {
    DataType.INTEGER: "-?[0-9]{1,18}",
    DataType.DECIMAL: "-?[0-9]{1,18}([.][0-9]{1,9})?",
    DataType.DATETIME: "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?",
}


def list_forms(table: CheckedTable) -> tuple[TextForm, ...]:
    """The form of a new row's cells, in the order of the columns."""
    return tuple(
        find_form(column, table.list_cells(place)) for place, column in enumerate(table.columns)
    )


def find_form(column: CheckedColumn, cells: tuple[str, ...]) -> TextForm:
    """The form of a new cell of a column that has these."""
    if column.is_blank or column.data_type is DataType.IMAGEURL:
        return TextForm(values=("",))
    if not column.is_declared:
        return TextForm(is_filled=column.is_identity)
    nothing = () if column.is_identity else ("",)
    if column.data_type is DataType.ENUM:
        return TextForm(values=tuple(dict.fromkeys((*column.enum_values, *nothing))))
    if column.data_type is DataType.BOOLEAN:
        return TextForm(values=tuple(dict.fromkeys((*column.spelling, *nothing))))
    pattern = PATTERNS.get(column.data_type)
    if pattern and all(re.fullmatch(pattern, cell) for cell in cells if cell):
        return TextForm(pattern=f"^{pattern}$" if column.is_identity else f"^({pattern})?$")
    return TextForm(is_filled=column.is_identity)
