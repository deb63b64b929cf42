"""A job's final table as the gateway exports it, made by the gateway's own code."""

from schemas.api.result import SuggestionResult, assemble_result
from schemas.job.record import Engine, StageRecord
from schemas.stage import StageName
from schemas.table.context import DataType
from schemas.table.suggestion import (
    ColumnSuggestion,
    ColumnSuggestions,
    RowFill,
    RowSuggestion,
    RowSuggestions,
)
from services.cli.export.final_table import FinalTable, read_final_table
from services.gateway.job.result_csv import write_csv
from tests.factory import make_record

NAMES = ("Capital", "=Size")


def make_final(
    columns: tuple[str, ...] = ("name", "age"),
    rows: tuple[tuple[str, ...], ...] = (("Ann", "7"), ("Bob", "")),
) -> tuple[StageRecord, SuggestionResult, FinalTable]:
    """Two new columns with values for each row, and two new rows, of a table."""
    context = {
        "title": "People",
        "columns": [{"name": name} for name in columns],
        "rows": [{"cells": list(row)} for row in rows],
    }
    record = make_record(context=context)
    ids = [row.id or "" for row in record.job.context.rows]
    new = tuple(ColumnSuggestion(name=name, data_type=DataType.INTEGER) for name in NAMES)
    fill = tuple(RowFill(row=row, cells=(f"c{n}", f"={n}")) for n, row in enumerate(ids, 1))
    width = len(columns) + len(new)
    record = record.provisionally(StageName.COLUMN, ColumnSuggestions(columns=new, fill=fill))
    proposed = tuple(
        RowSuggestion(cells=tuple(f"{place}{number}" for place in range(width)))
        for number in range(2)
    )
    record = record.provisionally(StageName.ROW, RowSuggestions(rows=proposed))
    result = assemble_result(record)
    return record, result, read_final_table(write_csv(record, Engine.MODEL), result)
