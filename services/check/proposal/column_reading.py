"""How existing columns are understood: one reading each, in which the cells have the last word."""

from collections.abc import Iterable

from schemas.job.check import CheckOutcome
from schemas.table.suggestion import ColumnReading, ColumnSuggestion
from schemas.table.wire import WireColumn, WireReading
from services.check.finding import DROPPED, REPAIRED, find
from services.check.proposal.proposed_column import read_sentence, read_type
from services.check.table.column import CheckedColumn
from services.check.table.inference import agrees
from services.check.table.table import CheckedTable
from services.check.text.folding import fold

Found = list[CheckOutcome]


def read_readings(
    said: Iterable[WireReading], table: CheckedTable
) -> tuple[tuple[ColumnReading, ...], Found]:
    """One reading per existing column; where the model has none or a wrong one, the cells tell."""
    by_key: dict[str, WireReading] = {}
    known = {column.key for column in table.columns}
    found: Found = []
    for reading in said:
        if reading.column_key not in known or reading.column_key in by_key:
            message = "a reading is of no column, or of one twice"
            found.append(find("C05", DROPPED, "", message))
        else:
            by_key[reading.column_key] = reading
    readings: list[ColumnReading] = []
    for place, column in enumerate(table.columns):
        understood, wrong = _read(by_key.get(column.key), column, table.list_cells(place))
        readings.append(understood)
        found += wrong
    return tuple(readings), found


def find_existing(said: WireColumn | None, table: CheckedTable) -> ColumnSuggestion | None:
    """The existing column that the model means, as it is; None when it means none."""
    name = fold(said.name) if said else None
    place = next((n for n, c in enumerate(table.columns) if fold(c.name) == name), None)
    if said is None or place is None or not table.columns[place].name.strip():
        return None
    column = table.columns[place]
    return ColumnSuggestion(
        # A header of the user's may be longer than one of ours.
        name=column.name.strip()[:80],
        data_type=column.data_type,
        enum_values=column.enum_values or None,
        description=read_sentence(said.description),
    )


def _read(
    said: WireReading | None, column: CheckedColumn, cells: tuple[str, ...]
) -> tuple[ColumnReading, Found]:
    kind, right = read_type(said.inferred_type) if said else None, column.data_type
    if kind and not column.is_declared and agrees(kind, cells, column.name, column.locale):
        right = kind
    reading = ColumnReading(
        column_key=column.key,
        meaning=read_sentence(said.meaning) if said else "",
        inferred_type=right,
    )
    if said and kind is right:
        return reading, []
    message = "the type was read off the column's cells"
    return reading, [find("C10", REPAIRED, column.key, message)]
