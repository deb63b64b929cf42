"""What each stage proposes. Nothing here has been written to a user's table."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from schemas.contract import Contract
from schemas.table.context import DataType

MAX_CELL_CHARS = 500
MAX_HEADER_CHARS = 80

Cell = Annotated[str, StringConstraints(max_length=MAX_CELL_CHARS)]
Header = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_HEADER_CHARS)
]
Sentence = Annotated[str, StringConstraints(max_length=4_000)]


class ColumnSuggestion(Contract):
    """A proposed column.

    Attributes:
        enum_values: 2 to 12 values for an enum, None for every other type.
        why: The reason that the model gives, or "".
    """

    # Models write properties in this order: the reason first makes the rest better.
    why: Sentence = ""
    name: Header
    data_type: DataType = DataType.TEXT
    enum_values: tuple[Cell, ...] | None = None
    description: Sentence = ""

    @model_validator(mode="after")
    def _enum_has_values(self) -> "ColumnSuggestion":
        if self.data_type is DataType.ENUM and not self.enum_values:
            raise ValueError(f"the enum column {self.name!r} has no values")
        return self


class ColumnReading(Contract):
    """How the table stage understands an existing column."""

    column_key: str
    meaning: Sentence = ""
    inferred_type: DataType


class TableSuggestion(Contract):
    """What the table is about: for a new table its first two columns and one row.

    Attributes:
        title: Of an existing table its own, without markup.
        description: Empty where the table has one already.
        entity: What one row is, for instance "planet".
        primary: The column that identifies a row. None when an existing table has no such column.
        sample_row: Cells of primary and secondary; empty for an existing table.
    """

    title: Annotated[str, StringConstraints(max_length=200)]
    description: Sentence = ""
    entity: Annotated[str, StringConstraints(max_length=200)] = ""
    language: Annotated[str, StringConstraints(max_length=35)] = ""
    primary: ColumnSuggestion | None = None
    secondary: ColumnSuggestion | None = None
    sample_row: tuple[Cell, ...] = ()
    column_readings: tuple[ColumnReading, ...] = ()


class RowFill(Contract):
    """Values of the proposed columns for one existing row, in the order of those columns."""

    row: str
    cells: tuple[Cell, ...]


class ColumnSuggestions(Contract):
    """Proposed columns, with values for the existing rows where they were asked for."""

    columns: Annotated[tuple[ColumnSuggestion, ...], Field(max_length=100)] = ()
    fill: tuple[RowFill, ...] = ()


class RowSuggestion(Contract):
    """A proposed row: one cell per column of the final table, in order."""

    cells: tuple[Cell, ...]


class RowSuggestions(Contract):
    """Proposed rows."""

    rows: Annotated[tuple[RowSuggestion, ...], Field(max_length=50)] = ()
