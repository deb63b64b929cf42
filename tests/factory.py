"""One valid instance of each contract, with overrides by keyword."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from schemas.job.job import Job, accept
from schemas.job.record import Provenance, StageRecord
from schemas.job.request import SuggestionRequest
from schemas.kafka.headers import Headers, encode_headers
from schemas.stage import StageName
from schemas.table.suggestion import ColumnSuggestion, ColumnSuggestions, TableSuggestion
from services.kafka.value import ConsumedRecord

JOB_ID = UUID("00000000-0000-4000-8000-000000000001")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NEW_TABLE: dict[str, Any] = {"title": "Planets", "description": "What orbits the Sun."}
OLD_TABLE: dict[str, Any] = {
    "title": "Planets",
    "columns": [{"name": "Name"}, {"name": "Moons", "dataType": "integer"}],
    "rows": [{"cells": ["Mars", "2"]}, {"cells": ["Earth", "1"]}],
}


def make_request(**fields: Any) -> SuggestionRequest:
    """A request for a new table."""
    return SuggestionRequest.model_validate({"tableId": "tbl_1", "context": NEW_TABLE} | fields)


def make_job(job_id: UUID = JOB_ID, **fields: Any) -> Job:
    """An accepted job for a new table."""
    return accept(make_request(**fields), job_id, NOW)


def make_record(**fields: Any) -> StageRecord:
    """A record of a job on which no stage has worked."""
    return StageRecord(job=make_job(**fields))


def make_provenance(**fields: Any) -> Provenance:
    """Where a suggestion comes from."""
    values = {"prompt_version": "p-1", "prompt_sha": "0" * 12, "started_at": NOW, "ended_at": NOW}
    return Provenance.model_validate(values | fields)


def make_table_suggestion(**fields: Any) -> TableSuggestion:
    """What the table stage says of a new table."""
    values: dict[str, Any] = {
        "title": "Planets",
        "entity": "planet",
        "primary": ColumnSuggestion(name="Name"),
        "secondary": ColumnSuggestion(name="Kind"),
        "sample_row": ("Mars", "rocky"),
    }
    return TableSuggestion.model_validate(values | fields)


def make_column_suggestions(*names: str) -> ColumnSuggestions:
    """Proposed text columns of these names."""
    return ColumnSuggestions(columns=tuple(ColumnSuggestion(name=name) for name in names))


def with_columns(record: StageRecord, *names: str) -> StageRecord:
    """The record after the column stage has proposed text columns of these names."""
    columns = make_column_suggestions(*names)
    return record.with_result(StageName.COLUMN, columns, make_provenance())


def consumed(
    value: bytes | None, *, key: bytes | None = str(JOB_ID).encode(), **fields: Any
) -> ConsumedRecord:
    """A consumed record; headers are made from `headers` where given."""
    headers = fields.pop("headers", Headers(schema="stage-record/1"))
    place: dict[str, Any] = {"topic": "table.requests", "partition": 3, "offset": 7}
    place |= {"timestamp_ms": 1_000} | fields
    return ConsumedRecord(key=key, value=value, headers=encode_headers(headers), **place)
