"""The sample row of a new table: one cell for each of its first columns."""

from collections.abc import Sequence

from schemas.job.check import CheckOutcome
from schemas.job.final_table import FinalColumn
from schemas.table.suggestion import ColumnSuggestion
from services.check.finding import BLANKED, find
from services.check.table.cell import judge
from services.check.table.column import make_column
from services.check.table.column_value import say_judged, say_unfit
from services.check.table.locale import Locale

Row = tuple[str, ...]
Found = tuple[CheckOutcome, ...]
WHERE = "sample row"


def read_sample(
    cells: Row, columns: Sequence[ColumnSuggestion | None], locale: Locale
) -> tuple[Row, Found, Found]:
    """The sample row in the form of its columns, or () where it is of no use.

    Returns:
        The row, what was done to it, and what is wrong with it.
    """
    if len(cells) != len(columns):
        message = f"the sample row has {len(cells)} cells for {len(columns)} columns"
        return (), (), (find("C06", BLANKED, WHERE, message),)
    values: list[str] = []
    found: list[CheckOutcome] = []
    wrong: list[CheckOutcome] = []
    for number, (cell, column) in enumerate(zip(cells, columns, strict=True), 1):
        if column is None:
            return (), (), ()
        kind, members = column.data_type, column.enum_values
        final = FinalColumn("", column.name, kind, members, "", is_suggested=True)
        checked = make_column(final, (), locale=locale)
        judged, where = judge(cell, checked), f"{WHERE}, cell {number}"
        values.append(judged.value or "")
        found += say_judged(judged, where)
        if judged.value is None:
            wrong.append(say_unfit(checked, BLANKED, where))
    return tuple(values), tuple(found), tuple(wrong)
