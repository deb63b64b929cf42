"""What a model is asked to answer with: small, static contracts without limits.

The strict wire schemas are made from them. Reading is lenient, since what a model writes is judged
item by item afterwards: a number counts as its text, and null as "". Its digits are kept by
whoever reads the JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from schemas.contract import Contract
from schemas.table.context import DataType


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value) if isinstance(value, int | float) else value


Text = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": "string"})]
TypeName = Annotated[
    str,
    BeforeValidator(_as_text),
    WithJsonSchema({"type": "string", "enum": [kind.value for kind in DataType]}),
]


@dataclass(frozen=True)
class TextForm:
    """What a text of an answer may be.

    Attributes:
        values: It is one of these; () for any.
        pattern: A regular expression for all of it, of classes and counts only; "" for any.
        is_filled: Whether it may not be empty.
    """

    values: tuple[str, ...] = ()
    pattern: str = ""
    is_filled: bool = False


FILLED = TextForm(is_filled=True)

Exact = Mapping[str, int | tuple[str, ...] | TextForm | tuple[TextForm, ...] | None]
"""What one answer is to hold, by the path of a property: a list so many items or an item of each of
these forms, a text one of these values or of this form, None that it is not null."""


class WireColumn(Contract):
    """A proposed column. Models write properties in this order, so the reason stands first."""

    why: Text = ""
    name: Text
    data_type: TypeName = ""
    enum_values: tuple[Text, ...] | None = None
    description: Text = ""


class WireReading(Contract):
    """How the model understands an existing column."""

    column_key: Text
    meaning: Text = ""
    inferred_type: TypeName = ""


class WireTable(Contract):
    """What a table is about."""

    title: Text
    description: Text = ""
    entity: Text = ""
    language: Text = ""
    primary: WireColumn | None = None
    secondary: WireColumn | None = None
    sample_row: tuple[Text, ...]
    column_readings: tuple[WireReading, ...]


class WireFill(Contract):
    """One cell per column asked for, for one existing row."""

    row: Text
    cells: tuple[Text, ...]


class WireColumns(Contract):
    """Proposed columns, and values for existing rows."""

    columns: tuple[WireColumn, ...]
    fill: tuple[WireFill, ...]


class WireRow(Contract):
    """A proposed row, with a cell per column."""

    cells: tuple[Text, ...]


class WireRows(Contract):
    """Proposed rows."""

    rows: tuple[WireRow, ...]
