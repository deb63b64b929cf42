"""The block of table data that a prompt carries: compact, one shape for every stage."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import field_serializer

from schemas.contract import Contract
from schemas.table.context import DataType
from schemas.table.suggestion import TableSuggestion

MAX_PROMPT_ROWS = 60
MAX_PROMPT_CELL_CHARS = 500
ROW_TOKENS = 4

T = TypeVar("T")
PromptRow = tuple[str, ...]
"""The row's key, then its cells in column order."""


class PromptColumn(Contract):
    """A column as the model sees it.

    Attributes:
        data_type: As given, or as read off the cells.
        is_placeholder: Whether the user has made room for it and neither named nor filled it.
    """

    key: str
    name: str
    data_type: DataType | None = None
    enum_values: tuple[str, ...] | None = None
    description: str = ""
    locked: bool = False
    is_placeholder: bool = False


class PromptWant(Contract):
    """How much the model is asked for.

    Attributes:
        fill: Keys of the existing rows that need a value in each new column.
        into: Keys of columns that are there already: only their cells are asked for, in this order.
        taken: What is there already and must not be proposed, beside what is asked for.
    """

    columns: int
    rows: int
    fill: tuple[str, ...]
    into: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def things(self) -> int:
        """How many columns, rows and single values are asked for."""
        return self.columns + self.rows + len(self.fill) * (len(self.into) or self.columns)


class PromptData(Contract):
    """What the model knows of the table.

    Attributes:
        mode: "new" or "extend".
        total_rows: Rows of the whole table, of which `rows` may be a sample.
        want: What is asked for now; what has been accepted already is part of the table.
        present: Values that rows which are not shown have, so that they are not proposed again.
        table: What was said of the table before, None where nothing was.
    """

    mode: str
    title: str
    description: str
    locale: str | None = None
    table: TableSuggestion | None = None
    columns: tuple[PromptColumn, ...]
    rows: tuple[PromptRow, ...]
    total_rows: int
    present: tuple[str, ...] = ()
    want: PromptWant

    @field_serializer("rows")
    def _show_rows(self, rows: tuple[PromptRow, ...]) -> list[dict[str, Any]]:
        """In the shape in which they are proposed.

        With keys where values are asked for by them, and then in another shape than those, because
        small models give back what looks like it.
        """
        if not self.want.fill:
            return [{"cells": cells} for _, *cells in rows]
        return [{"row": key, "has": cells} for key, *cells in rows]

    def to_block(self) -> str:
        """The compact JSON of a prompt: one line, without what says nothing."""
        return self.model_dump_json(by_alias=True, exclude_none=True, exclude_defaults=True)


def estimate_tokens(text: str) -> int:
    """How many tokens a text takes at most, about: a third of its UTF-8 bytes."""
    return -(-len(text.encode()) // 3)


def sample(rows: Sequence[T], limit: int) -> tuple[T, ...]:
    """Take at most `limit` rows: the first half of them from the head, the rest spread evenly."""
    if len(rows) <= limit:
        return tuple(rows)
    head, rest = rows[: limit // 2], rows[limit // 2 :]
    spread = limit - len(head)
    return (*head, *(rest[n * len(rest) // spread] for n in range(spread)))


def fit_sample(rows: Sequence[PromptRow], limit: int, tokens: int) -> tuple[PromptRow, ...]:
    """Take a sample of at most `limit` rows that takes at most `tokens`, but one row at least."""
    taken = sample(rows, limit)
    while len(taken) > 1 and (cost := sum(map(_cost, taken))) > tokens:
        taken = sample(rows, max(1, min(len(taken) - 1, len(taken) * tokens // cost)))
    return taken


def fit_head(rows: Sequence[PromptRow], limit: int, tokens: int) -> tuple[PromptRow, ...]:
    """Take the first rows, at most `limit` and at most `tokens` of them, but one row at least."""
    taken, spent = 0, 0
    for row in rows[:limit]:
        spent += _cost(row)
        if taken and spent > tokens:
            break
        taken += 1
    return tuple(rows[:taken])


def cut_cells(row: PromptRow, limit: int = MAX_PROMPT_CELL_CHARS) -> PromptRow:
    """The row with long cells cut, which then end in an ellipsis."""
    return tuple(cell if len(cell) <= limit else f"{cell[: limit - 1]}…" for cell in row)


def _cost(row: PromptRow) -> int:
    # Quotes and commas count as well, and the names of a row's parts.
    return ROW_TOKENS + sum(estimate_tokens(cell) + 1 for cell in row)
