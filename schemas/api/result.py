"""The result that a client reads: proposals with ids, for the app to accept or not."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.api.warning import read_engine, sum_cost, warn
from schemas.contract import Contract
from schemas.job.check import CheckOutcome
from schemas.job.final_table import FinalColumn, final_columns
from schemas.job.record import Engine, Provenance, StageRecord
from schemas.open_enum import OpenEnum
from schemas.stage import StageName
from schemas.table.context import DataType
from schemas.table.suggestion import TableSuggestion

RESULT_VERSION = 1
MOST_NAME_CHARS = 80


class Completeness(OpenEnum):
    """Whether the result holds all that was asked for."""

    COMPLETE = "complete"
    PARTIAL = "partial"


class SuggestedValue(Contract):
    """A value of a proposed column for an existing row."""

    row_id: str
    value: str


class ResultColumn(Contract):
    """A column of the final table. Only suggested ones carry `why` and values for existing rows."""

    key: str
    name: str
    data_type: DataType | None
    enum_values: tuple[str, ...] | None
    description: str
    is_suggested: bool
    why: str = ""
    values: tuple[SuggestedValue, ...] = ()


class ResultRow(Contract):
    """A proposed row.

    Attributes:
        cells: Column key to value, for every column of the final table.
    """

    cells: dict[str, str]


class ResultCheck(CheckOutcome):
    """What a check found in the answer of one stage."""

    stage: StageName


class SuggestionResult(Contract):
    """Everything that the stages of a job have proposed so far.

    Attributes:
        status: Partial while a stage has not answered, and when something asked for is missing:
            `warnings` says what.
        table: None where the table stage was not asked for or has not answered.
        columns: The final table's columns: existing and suggested.
        row_names: By the id of an existing row that got values, what its first cell that is not
            empty says, the primary column's before others; its beginning.
        stages: Where each stage's suggestion comes from.
        checks: What the checks found, where something did not simply pass.
        warnings: What a person should know, in words.
        cost_usd: What the job has cost so far, in US dollars; None where that is not known.
        engine: None while nothing has been called. "demo" as soon as one answer is canned.
    """

    version: int = RESULT_VERSION
    job_id: UUID
    table_id: str
    base_version: str | int | None
    anchor: str | None
    status: Completeness
    table: TableSuggestion | None
    columns: tuple[ResultColumn, ...]
    row_names: dict[str, str] = Field(default_factory=dict)
    rows: tuple[ResultRow, ...]
    stages: dict[StageName, Provenance]
    checks: tuple[ResultCheck, ...] = ()
    cost_usd: float | None = None
    warnings: tuple[str, ...]
    engine: Engine | None


class ResultVersion(Contract):
    """One of the results that a job has.

    Attributes:
        version: 1 is what the job has come to by itself.
        job_id: The job that has answered: itself, or the replay that was promoted.
        promoted_at: For the first time; None for its own.
    """

    version: int
    job_id: UUID
    promoted_at: datetime | None
    is_current: bool


def assemble_result(record: StageRecord) -> SuggestionResult:
    """Read the result off a record of a job."""
    job, columns = record.job, final_columns(record)
    return SuggestionResult(
        job_id=job.job_id,
        table_id=job.table_id,
        base_version=job.context.base_version,
        anchor=job.context.anchor,
        status=_completeness(record),
        table=record.results.table,
        columns=_columns(record, columns),
        row_names=_row_names(record),
        rows=_rows(record, columns),
        stages=record.provenance,
        checks=_checks(record),
        cost_usd=sum_cost(record),
        warnings=warn(record, columns),
        engine=read_engine(record),
    )


def _completeness(record: StageRecord) -> Completeness:
    is_complete = all(
        record.results.of(stage) is not None and not _is_short(record, stage)
        for stage in record.job.stages
    )
    return Completeness.COMPLETE if is_complete else Completeness.PARTIAL


def _is_short(record: StageRecord, stage: StageName) -> bool:
    return stage in record.provenance and bool(record.provenance[stage].missing)


def _checks(record: StageRecord) -> tuple[ResultCheck, ...]:
    return tuple(
        ResultCheck(stage=stage, **outcome.model_dump())
        for stage, provenance in record.provenance.items()
        for outcome in provenance.checks
    )


def _columns(record: StageRecord, columns: tuple[FinalColumn, ...]) -> tuple[ResultColumn, ...]:
    existing = len(record.job.context.columns)
    return tuple(
        _column(record, column, position - existing) for position, column in enumerate(columns)
    )


def _column(record: StageRecord, column: FinalColumn, position: int) -> ResultColumn:
    suggestions = record.results.column
    suggested = suggestions is not None and position >= 0
    return ResultColumn(
        key=column.key,
        name=column.name,
        data_type=column.data_type,
        enum_values=column.enum_values,
        description=column.description,
        is_suggested=column.is_suggested,
        why=suggestions.columns[position].why if suggestions and suggested else "",
        values=tuple(
            SuggestedValue(row_id=fill.row, value=fill.cells[position])
            for fill in (suggestions.fill if suggestions and suggested else ())
        ),
    )


def _row_names(record: StageRecord) -> dict[str, str]:
    filled = {fill.row for fill in record.results.column.fill} if record.results.column else set()
    context, table = record.job.context, record.results.table
    primary = table.primary.name if table and table.primary else None
    first = next((at for at, one in enumerate(context.columns) if one.name == primary), 0)
    return {
        row.id: name[:MOST_NAME_CHARS]
        for row in context.rows
        if row.id in filled
        if (name := next(filter(None, (*row.values[first : first + 1], *row.values)), ""))
    }


def _rows(record: StageRecord, columns: tuple[FinalColumn, ...]) -> tuple[ResultRow, ...]:
    rows = record.results.row.rows if record.results.row else ()
    keys = [column.key for column in columns]
    return tuple(ResultRow(cells=dict(zip(keys, row.cells, strict=True))) for row in rows)
