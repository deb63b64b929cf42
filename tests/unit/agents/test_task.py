"""What is to be written stands last in a prompt, in words that hold nothing of the table."""

from typing import Any

import pytest

from schemas.job.record import StageRecord
from services.column_agent.stage import STAGE as COLUMN
from services.row_agent.stage import STAGE as ROW
from services.stage_runtime.suggestion.draft import CallSize
from services.stage_runtime.suggestion.stage import Stage
from services.table_agent.stage import STAGE as TABLE
from tests.factory import OLD_TABLE, make_record

NEW: dict[str, Any] = {"title": "SECRET", "columns": [], "rows": []}
ONE = {"title": "SECRET", "columns": [{"name": "SECRET"}], "rows": [{"cells": ["SECRET"]}]}
TASKS = [
    (TABLE, make_record(context=NEW), "with its two first columns and a sample row of them."),
    (TABLE, make_record(context=OLD_TABLE), "with 2 columnReadings, one per column."),
    (COLUMN, make_record(context=NEW), "Write 5 new columns, named unlike those in want.taken,"),
    (COLUMN, make_record(context=ONE, want={"columns": 1}), "fill of 1 row with 1 cell each"),
    (COLUMN, make_record(context=OLD_TABLE, want={"columns": 3}), "fill of 2 rows with 3 cells"),
    (ROW, make_record(context=ONE, want={"rows": 1}), "Write 1 new row of 1 cell each"),
    (ROW, make_record(context=OLD_TABLE, want={"rows": 4}), "and none that is there already."),
]


@pytest.mark.parametrize(("stage", "record", "task"), TASKS)
def test_what_is_to_be_written_stands_last(
    stage: Stage[Any], record: StageRecord, task: str
) -> None:
    last = stage.write_messages(record)[-1]["content"].splitlines()[-1]
    assert task in last
    assert "SECRET" not in last


def test_headers_that_exist_are_told_as_taken() -> None:
    plan = COLUMN.begin(make_record(context=OLD_TABLE)).plan(CallSize())
    assert plan is not None
    assert plan.data.want.taken == ("Name", "Moons")
    assert plan.data.to_block().endswith('"taken":["Name","Moons"]}}')
