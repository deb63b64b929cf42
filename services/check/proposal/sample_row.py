"""The sample row of a new table: one cell for each of its first columns."""

from collections.abc import Sequence

from schemas.job.check import CheckOutcome
from schemas.job.final_table import FinalColumn
from schemas.table.suggestion import ColumnSuggestion
from services.check.finding import BLANKED, find
from services.check.table.cell import judge
from services.check.table.column import make_column
from services.check.table.column_value import say_unfit
from services.check.table.locale import Locale

Row = tuple[str, ...]
WHERE = "sample row"


def read_sample(
    cells: Row, columns: Sequence[ColumnSuggestion | None], locale: Locale
) -> tuple[Row, tuple[CheckOutcome, ...]]:
    """The sample row in canonical form, or () and why it is of no use."""
    if len(cells) != len(columns):
        message = f"the sample row has {len(cells)} cells for {len(columns)} columns"
        return (), (find("C06", BLANKED, WHERE, message),)
    values, wrong = [], []
    for cell, column in zip(cells, columns, strict=True):
        if column is None:
            return (), ()
        kind, members = column.data_type, column.enum_values
        final = FinalColumn("", column.name, kind, members, "", is_suggested=True)
        checked = make_column(final, (), locale=locale)
        value = judge(cell, checked).value
        values.append(value or "")
        if value is None:
            wrong.append(say_unfit(checked, BLANKED, WHERE))
    return tuple(values), tuple(wrong)
