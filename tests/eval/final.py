"""What a trial proposes, in the form that the measures and the report read."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.job.final_table import FinalColumn, final_columns, final_rows
from schemas.job.record import StageRecord
from services.check.text.folding import fold


@dataclass(frozen=True)
class Final:
    """The final table, and which part of it is proposed.

    Attributes:
        columns: All columns of the final table.
        rows: The proposed rows.
        fills: For each existing row the values of the proposed columns.
        primary: The place of the column that identifies a row, from 0.
    """

    columns: tuple[FinalColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    fills: dict[str, tuple[str, ...]]
    primary: int

    @property
    def proposed(self) -> tuple[FinalColumn, ...]:
        """The columns that are proposed."""
        return tuple(column for column in self.columns if column.is_suggested)

    def list_cells(self) -> Iterator[tuple[FinalColumn, str]]:
        """Yield every proposed cell with its column."""
        for row in self.rows:
            yield from zip(self.columns, row, strict=False)
        for cells in self.fills.values():
            yield from zip(self.proposed, cells, strict=False)

    def find_places(self, word: str) -> tuple[int, ...]:
        """Return the places of the columns whose header holds a word."""
        return tuple(n for n, c in enumerate(self.columns) if fold(word) in fold(c.name))


def read_final(record: StageRecord) -> Final:
    """Read the final table off a record."""
    columns = final_columns(record)
    column, row = record.results.column, record.results.row
    return Final(
        columns=columns,
        rows=tuple(item.cells for item in row.rows) if row else (),
        fills={item.row: item.cells for item in column.fill} if column else {},
        primary=_find_primary(record, columns),
    )


def _find_primary(record: StageRecord, columns: tuple[FinalColumn, ...]) -> int:
    table = record.results.table
    said = fold(table.primary.name) if table and table.primary else None
    return next((n for n, c in enumerate(columns) if fold(c.name) == said), 0)


def list_texts(record: StageRecord) -> Iterator[str]:
    """Yield every text that the stages propose; what they give back as it came is left out."""
    context, results = record.job.context, record.results
    given = {context.title, context.description, *(c.name for c in context.columns)}
    texts: list[str] = []
    if results.table:
        table = results.table
        texts += [table.title, table.description, table.entity, *table.sample_row]
        texts += [reading.meaning for reading in table.column_readings]
        for lead in filter(None, (table.primary, table.secondary)):
            texts += [lead.name, lead.description]
    for column in results.column.columns if results.column else ():
        texts += [column.name, column.description, column.why, *(column.enum_values or ())]
    # The columns that identify a row are named by headers that are there, perhaps tidied.
    yield from (text for text in texts if not any(text in known for known in given))
    for fill in results.column.fill if results.column else ():
        yield from fill.cells
    for row in results.row.rows if results.row else ():
        yield from row.cells


def list_existing(record: StageRecord, place: int) -> set[str]:
    """Return the folded cells of an existing column."""
    rows = (cells for _, cells in final_rows(record))
    return {fold(cells[place]) for cells in rows if place < len(cells) and cells[place].strip()}
