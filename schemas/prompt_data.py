"""The block of table data that a prompt carries: compact, one shape for every stage."""

from typing import TypeVar

from schemas.contract import Contract
from schemas.final_table import FinalColumn, final_columns, final_rows
from schemas.record import StageRecord
from schemas.suggestion import TableSuggestion
from schemas.table_context import DataType

MAX_PROMPT_ROWS = 60

T = TypeVar("T")


class PromptColumn(Contract):
    """A column as the model sees it."""

    key: str
    name: str
    data_type: DataType | None
    enum_values: tuple[str, ...] | None


class PromptWant(Contract):
    """How much the model is asked for.

    Attributes:
        fill: Keys of the existing rows that need a value in each new column.
    """

    columns: int
    rows: int
    fill: tuple[str, ...]


class PromptData(Contract):
    """What the model knows of the table.

    Attributes:
        mode: "new" or "extend".
        rows: Row key, then the cells in column order.
        total_rows: Rows of the whole table, of which `rows` may be a sample.
        table: What the table stage said, None where it did not run.
    """

    mode: str
    title: str
    description: str
    locale: str | None
    columns: tuple[PromptColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    total_rows: int
    want: PromptWant
    table: TableSuggestion | None


def describe(record: StageRecord) -> PromptData:
    """Describe the table as the stages so far have made it."""
    context, want = record.job.context, record.job.want
    rows = final_rows(record)
    shown = sample(rows, MAX_PROMPT_ROWS)
    fill = tuple(key for key, _ in shown) if want.fill_existing else ()
    return PromptData(
        mode="new" if context.is_new else "extend",
        title=context.title,
        description=context.description,
        locale=context.locale,
        columns=tuple(_prompt_column(column) for column in final_columns(record)),
        rows=tuple((key, *cells) for key, cells in shown),
        total_rows=max(context.total_row_count or 0, len(rows)),
        want=PromptWant(columns=want.columns, rows=want.rows, fill=fill),
        table=record.results.table,
    )


def sample(rows: tuple[T, ...], limit: int) -> tuple[T, ...]:
    """Take at most `limit` rows: the first half of them from the head, the rest spread evenly."""
    if len(rows) <= limit:
        return rows
    head, rest = rows[: limit // 2], rows[limit // 2 :]
    spread = limit - len(head)
    return head + tuple(rest[n * len(rest) // spread] for n in range(spread))


def _prompt_column(column: FinalColumn) -> PromptColumn:
    return PromptColumn(
        key=column.key,
        name=column.name,
        data_type=column.data_type,
        enum_values=column.enum_values,
    )
