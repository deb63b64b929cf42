"""What a job is asked by, as a person writes it in Python; what is wrong the gateway says."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

from pydantic.alias_generators import to_camel

StageWord = Literal["table", "column", "row"]
TypeWord = Literal["text", "integer", "decimal", "datetime", "enum", "boolean", "imageurl"]


class ColumnIn(TypedDict, total=False):
    """A column of the table. Names may repeat; the id is what identifies it."""

    name: Required[str]
    id: str
    data_type: TypeWord | None
    enum_values: Sequence[str] | None
    description: str
    locked: bool


class RowIn(TypedDict, total=False):
    """A row of the table: its cells in column order, or by the columns' names."""

    cells: Required[Sequence[str | None] | Mapping[str, str | None]]
    id: str


class TableIn(TypedDict, total=False):
    """The table that suggestions are for; without columns and rows, a new one."""

    title: str
    description: str
    columns: Sequence[ColumnIn]
    rows: Sequence[RowIn]
    total_row_count: int | None
    base_version: str | int | None
    anchor: str | None
    locale: str | None


class WantIn(TypedDict, total=False):
    """How much is asked for."""

    columns: int | None
    rows: int | None
    fill_existing: bool


class OptionsIn(TypedDict, total=False):
    """How a job is done."""

    max_cost_usd: float | None


class JobWebhookIn(TypedDict, total=False):
    """Where a job's own events are sent."""

    url: Required[str]
    events: Sequence[str]


class JobIn(TypedDict, total=False):
    """A job. The table is also taken as plain text, whose first line is the title."""

    table_id: Required[str]
    context: Required[str | TableIn]
    stages: Sequence[StageWord]
    want: WantIn
    options: OptionsIn
    deadline_s: int
    tags: Sequence[str]
    webhook: JobWebhookIn
    idempotency_key: str | None


class RerunIn(TypedDict, total=False):
    """What is different in a job that is run again."""

    context: str | TableIn
    want: WantIn
    options: OptionsIn
    deadline_s: int
    tags: Sequence[str]
    webhook: JobWebhookIn
    idempotency_key: str | None


def write_job(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job by the names of the API. Those of the API are taken as well, and cells are left."""
    body = {name: _write(value) for name, value in _camel(job).items() if value is not None}
    if isinstance(table := body.get("context"), dict) and "columns" in table:
        columns = table["columns"]
        is_list = isinstance(columns, list | tuple)
        body["context"] = table | {"columns": [_write(c) for c in columns] if is_list else columns}
    return body


def _write(value: Any) -> Any:
    return _camel(value) if isinstance(value, Mapping) else value


def _camel(given: Mapping[str, Any]) -> dict[str, Any]:
    return {to_camel(str(name)): value for name, value in given.items()}
