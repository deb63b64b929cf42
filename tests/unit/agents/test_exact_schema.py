"""What each stage wants of an answer stands in its schema, where a server takes that."""

from typing import Any

import pytest

from schemas.job.record import StageRecord
from schemas.table.wire import TextForm
from services.column_agent.stage import STAGE as COLUMN
from services.llm.exchange.response_format import narrow
from services.row_agent.stage import STAGE as ROW
from services.stage_runtime.suggestion.draft import CallSize
from services.stage_runtime.suggestion.stage import Stage
from services.table_agent.stage import STAGE as TABLE
from tests.factory import OLD_TABLE, make_record

FILLED = TextForm(is_filled=True)
WHOLE = TextForm(pattern="^(-?[0-9]{1,18})?$")
NEW: dict[str, Any] = {"title": "Moons", "columns": [], "rows": []}
WANTED = [
    (
        TABLE,
        make_record(context=NEW),
        {
            "primary": None,
            "secondary": None,
            "primary/name": FILLED,
            "sampleRow": (FILLED, FILLED),
            "columnReadings": 0,
        },
    ),
    (
        TABLE,
        make_record(context=OLD_TABLE),
        {"sampleRow": 0, "columnReadings": 2, "columnReadings/columnKey": ("c1", "c2")},
    ),
    (
        COLUMN,
        make_record(context=OLD_TABLE, want={"columns": 2}),
        {
            "columns": 2,
            "columns/name": FILLED,
            "fill": 2,
            "fill/row": ("r1", "r2"),
            "fill/cells": 2,
        },
    ),
    (
        COLUMN,
        make_record(context=NEW, want={"columns": 3}),
        {"columns": 3, "columns/name": FILLED, "fill": 0},
    ),
    (
        ROW,
        make_record(context=OLD_TABLE, want={"rows": 4}),
        {"rows": 4, "rows/cells": (FILLED, WHOLE)},
    ),
]


@pytest.mark.parametrize(("stage", "record", "exact"), WANTED)
def test_counts_keys_and_parts_are_told(
    stage: Stage[Any], record: StageRecord, exact: dict[str, Any]
) -> None:
    plan = stage.begin(record).plan(CallSize())
    assert plan is not None
    assert plan.exact == exact
    assert narrow(stage.response_format, plan.exact) != stage.response_format
