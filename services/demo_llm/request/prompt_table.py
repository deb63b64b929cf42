"""The table inside a prompt: the last fenced JSON block of the last user message."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

_FENCE = re.compile(r"^```json[^\n]*\n(.*?)\n```[^\n]*$", re.MULTILINE | re.DOTALL)
_BOUNDARY = re.compile(r"^```json[ \t]+(\S+)[ \t]*$", re.MULTILINE)
_MARK = '"want"'


def _blank_if_null(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_blank_if_null)]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, coerce_numbers_to_str=True, validate_by_name=True
    )


class PromptColumn(_Part):
    """A column of the table.

    Attributes:
        data_type: None where nobody has said it.
        is_placeholder: Whether it is only room for a column, in which no cell belongs.
    """

    key: Text = ""
    name: Text = ""
    data_type: str | None = None
    enum_values: tuple[str, ...] | None = None
    is_placeholder: bool = False


class LeadColumn(_Part):
    """A column that the table stage proposed."""

    name: Text = ""
    data_type: Text = "text"
    enum_values: tuple[str, ...] | None = None
    description: Text = ""


class TableNote(_Part):
    """What the table stage said about the table."""

    title: Text = ""
    description: Text = ""
    entity: Text = ""
    primary: LeadColumn | None = None
    secondary: LeadColumn | None = None


def _read_key(value: object) -> object:
    return value.get("key") or value.get("name") if isinstance(value, dict) else value


def _empty_if_null(value: object) -> object:
    return () if value is None else value


Key = Annotated[str, BeforeValidator(_read_key)]
Keys = Annotated[tuple[Key, ...], BeforeValidator(_empty_if_null)]


class Want(_Part):
    """How much is asked for.

    Attributes:
        fill: The rows that need a value in each new column, or in each column of `into`.
        into: Columns of the table, by key or name, of which only values are asked for.
    """

    columns: int = 0
    rows: int = 0
    fill: Keys = ()
    into: Keys = ()


def _read_row(row: object) -> object:
    """A row in any shape that prompts have had: its key, "" where it has none, then its cells."""
    cells = row.get("cells", row.get("has")) if isinstance(row, dict) else None
    return [row.get("row", ""), *cells] if isinstance(row, dict) and cells is not None else row


Row = Annotated[tuple[Text, ...], BeforeValidator(_read_row)]


class PromptTable(_Part):
    """The table as the prompt gives it; the first item of a row is its key.

    Attributes:
        present: What rows that are not shown are about: not to be proposed again.
    """

    mode: str = "new"
    title: Text = ""
    description: Text = ""
    columns: tuple[PromptColumn, ...] = ()
    rows: tuple[Row, ...] = ()
    total_rows: int = 0
    present: tuple[Text, ...] = ()
    want: Want = Want()
    table: TableNote | None = None

    @property
    def is_new(self) -> bool:
        """Whether the table has neither columns nor rows yet."""
        return self.mode == "new" or not (self.columns or self.rows)

    def list_into(self) -> tuple[PromptColumn, ...]:
        """Return the columns of the table for which only values are asked, as `want` has them."""
        return tuple(self.columns[place] for place in self.place_into())

    def place_into(self) -> tuple[int, ...]:
        """Return the places, counted from 0, of the columns of `want.into`."""
        by_name = {column.name: place for place, column in reversed([*enumerate(self.columns)])}
        by_key = by_name | {column.key: place for place, column in enumerate(self.columns)}
        return tuple(by_key[key] for key in self.want.into if key in by_key)

    def list_cells(self, place: int) -> list[str]:
        """Return the cells of the column at `place`, counted from 0, in row order."""
        return [row[place + 1] if len(row) > place + 1 else "" for row in self.rows]


def read_table(text: str) -> PromptTable | None:
    """Return the table of a user message, or None when it holds no readable one.

    It is the last block of JSON; only a schema for the answer may come after it.
    """
    blocks = _FENCE.findall(text, max(text.rfind("\n```json"), 0))
    if not any(_MARK in block for block in blocks):
        blocks = [block for block in _FENCE.findall(text) if _MARK in block] or blocks
    if not blocks:
        return None
    try:
        return PromptTable.model_validate_json(blocks[-1])
    except ValidationError:
        return None


def drop_boundary(text: str) -> str:
    """Return a message without the random word that marks where its block of JSON begins and ends.

    Equal calls have equal answers, whatever word was drawn.
    """
    words = _BOUNDARY.findall(text)
    return text.replace(words[-1], "") if words else text


def cut_blocks(text: str) -> str:
    """Return a message without its blocks of JSON, which other people have written."""
    return _FENCE.sub("", text)
