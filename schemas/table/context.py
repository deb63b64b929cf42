"""The user's table as a request gives it. Real tables are messy: only what breaks us is refused."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import core_schema

from schemas.contract import RequestContract, Whole

MAX_TITLE_CHARS = 200
MAX_DESCRIPTION_CHARS = 4_000
MAX_COLUMNS = 100
MAX_ROWS = 2_000
MAX_ENUM_VALUES = 200
# A byte order mark stays at the first header of many a file; the others come by copying.
INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
ColumnName = Annotated[str, StringConstraints(max_length=500)]
EnumValue = Annotated[str, StringConstraints(max_length=500)]


class DataType(StrEnum):
    """The app's column types. Cells are strings in all of them."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATETIME = "datetime"
    ENUM = "enum"
    BOOLEAN = "boolean"
    IMAGEURL = "imageurl"


class Column(RequestContract):
    """A column of the user's table. Names may repeat, so the id is what identifies it.

    Attributes:
        id: Given as c1, c2, ... by position when absent.
        data_type: None when the app does not know it; a stage may then infer one.
        locked: The user's mark that nothing may change the column.
    """

    id: Identifier | None = None
    name: ColumnName
    data_type: DataType | None = None
    enum_values: Annotated[tuple[EnumValue, ...], Field(max_length=MAX_ENUM_VALUES)] | None = None
    description: Annotated[str, StringConstraints(max_length=MAX_DESCRIPTION_CHARS)] = ""
    locked: bool = False


class Row(RequestContract):
    """A row of the user's table.

    Attributes:
        id: Given as r1, r2, ... by position when absent.
        cells: In column order, or an object keyed by header. An empty cell is "" or null.
    """

    id: Identifier | None = None
    cells: tuple[str | None, ...] | dict[str, str | None] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The cells in column order, with "" for an empty one."""
        return tuple(cell or "" for cell in self.cells)


class TableContext(RequestContract):
    """The table that suggestions are for. A table with neither columns nor rows is a new one."""

    title: Annotated[str, StringConstraints(max_length=MAX_TITLE_CHARS)] = ""
    description: Annotated[str, StringConstraints(max_length=MAX_DESCRIPTION_CHARS)] = ""
    columns: Annotated[tuple[Column, ...], Field(max_length=MAX_COLUMNS)] = ()
    rows: Annotated[tuple[Row, ...], Field(max_length=MAX_ROWS)] = ()
    total_row_count: Annotated[int, Field(ge=0), Whole] | None = None
    base_version: str | Annotated[int, Whole] | None = None
    anchor: Identifier | None = None
    locale: Annotated[str, StringConstraints(max_length=35)] | None = None

    @property
    def is_new(self) -> bool:
        """Whether there is no table yet, only a title or a description of one."""
        return not self.columns and not self.rows

    @field_validator("columns", mode="after")
    @classmethod
    def _give_column_ids(cls, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        given = [column.id for column in columns]
        ids = _complete_ids("c", given)
        if ids == given:
            return columns
        return tuple(c.model_copy(update={"id": i}) for c, i in zip(columns, ids, strict=True))

    @field_validator("rows", mode="after")
    @classmethod
    def _give_row_ids(cls, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        given = [row.id for row in rows]
        ids = _complete_ids("r", given)
        if ids == given:
            return rows
        return tuple(r.model_copy(update={"id": i}) for r, i in zip(rows, ids, strict=True))

    @model_validator(mode="after")
    def _check_shape(self) -> Self:
        if not self.title.strip() and not self.columns:
            raise ValueError("title: give a title, or columns of an existing table")
        headers = Counter(column.name for column in self.columns)
        rows = tuple(
            _align(row, position, headers, self.columns) for position, row in enumerate(self.rows)
        )
        object.__setattr__(self, "rows", rows)
        return self


def read_text_context(text: str) -> dict[str, str]:
    """Read a context given as plain text: its first line is the title, the rest the description."""
    title, _, description = text.strip().partition("\n")
    return {"title": title.strip(), "description": description.strip()}


class OrText:
    """Marks a table context that may be given as plain text, too."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Text is read first; a table is read as it comes, so that it may be read strictly."""
        table = handler(source)
        read = core_schema.no_info_plain_validator_function(read_text_context)
        # Of what is written here, only the document takes notice: a blank text is told in words.
        shape = core_schema.str_schema(metadata={"pydantic_js_updates": {"pattern": r"\S"}})
        text = core_schema.chain_schema([shape, read, table])
        return core_schema.tagged_union_schema(
            {"text": text, "table": table},
            discriminator=lambda given: "text" if isinstance(given, str) else "table",
        )


def _complete_ids(prefix: str, ids: Sequence[str | None]) -> list[str]:
    if not ids:
        return []
    given = Counter(i for i in ids if i is not None)
    repeated = [i for i, count in given.items() if count > 1]
    if repeated:
        raise ValueError(f"the id {repeated[0]!r} is given {given[repeated[0]]} times")
    return [i or _free_id(prefix, n, given) for n, i in enumerate(ids, 1)]


def _free_id(prefix: str, number: int, taken: Iterable[str]) -> str:
    candidate = f"{prefix}{number}"
    while candidate in taken:
        candidate = f"{prefix}_{candidate}"
    return candidate


def _align(row: Row, position: int, headers: Counter[str], columns: tuple[Column, ...]) -> Row:
    values = row.values
    if isinstance(row.cells, dict):
        values = _cells_by_header(row.cells, position, headers, columns)
    if len(values) > len(columns):
        raise ValueError(
            f"rows/{position}/cells: {len(values)} cells, but the table has {len(columns)} columns"
        )
    complete = values + ("",) * (len(columns) - len(values))
    return row if complete == row.cells else row.model_copy(update={"cells": complete})


def _cells_by_header(
    cells: dict[str, str | None],
    position: int,
    headers: Counter[str],
    columns: tuple[Column, ...],
) -> tuple[str, ...]:
    by_name: dict[str, str | None] = {}
    for header, cell in cells.items():
        name = _find_header(header, headers)
        if headers[name] != 1 or name in by_name:
            problem = "more than one column has" if headers[name] > 1 else "no column has"
            problem = "given twice:" if name in by_name else problem
            raise ValueError(f"rows/{position}/cells: {problem} the name {header!r}")
        by_name[name] = cell
    return tuple(by_name.get(column.name) or "" for column in columns)


def _find_header(header: str, headers: Counter[str]) -> str:
    """The header that is meant: this one, else the one that differs in what nobody sees."""
    if header in headers:
        return header
    alike = [name for name in headers if _show(name) == _show(header)]
    return alike[0] if len(alike) == 1 else header


def _show(header: str) -> str:
    return INVISIBLE.sub("", header).strip()
