"""The table inside a prompt: the last fenced JSON block of the last user message."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

_FENCE = re.compile(r"^```json[^\n]*\n(.*?)\n```[ \t]*$", re.MULTILINE | re.DOTALL)


def _blank_if_null(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_blank_if_null)]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, coerce_numbers_to_str=True, validate_by_name=True
    )


class PromptColumn(_Part):
    """A column of the table; `data_type` is None where nobody has said it."""

    key: Text = ""
    name: Text = ""
    data_type: str | None = None
    enum_values: tuple[str, ...] | None = None


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


class Want(_Part):
    """How much is asked for; `fill` names the rows that need a value in each new column."""

    columns: int = 0
    rows: int = 0
    fill: tuple[str, ...] = ()


class PromptTable(_Part):
    """The table as the prompt gives it; the first item of a row is its key."""

    mode: str = "new"
    title: Text = ""
    description: Text = ""
    columns: tuple[PromptColumn, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()
    total_rows: int = 0
    want: Want = Want()
    table: TableNote | None = None

    @property
    def is_new(self) -> bool:
        """Whether the table has neither columns nor rows yet."""
        return self.mode == "new" or not (self.columns or self.rows)

    def list_cells(self, place: int) -> list[str]:
        """Return the cells of the column at `place`, counted from 0, in row order."""
        return [row[place + 1] if len(row) > place + 1 else "" for row in self.rows]


def read_table(text: str) -> PromptTable | None:
    """Return the table of a user message, or None when it holds no readable one."""
    start = text.rfind("\n```json")
    blocks = _FENCE.findall(text, max(start, 0))
    if not blocks:
        return None
    try:
        return PromptTable.model_validate_json(blocks[-1])
    except ValidationError:
        return None
