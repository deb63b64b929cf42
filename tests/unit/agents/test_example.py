"""The bodies in tests/examples through a model that misbehaves in each way: nothing is lost."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.api.result import Completeness, SuggestionResult, assemble_result
from schemas.job.final_table import final_columns
from schemas.job.job import accept
from schemas.job.record import StageRecord
from schemas.job.request import SuggestionRequest
from services.check.proposal.inspection import audit
from services.column_agent.stage import STAGE as COLUMN
from services.row_agent.stage import STAGE as ROW
from services.stage_runtime.suggestion.stage import Stage
from services.table_agent.stage import STAGE as TABLE
from tests.factory import JOB_ID, NOW
from tests.unit.agents.scripted_model import ScriptedModel, run

FOLDER = Path(__file__).parents[2] / "examples"
BODIES = {path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.json"))}
STAGES: tuple[Stage[Any], ...] = (TABLE, COLUMN, ROW)
Answer = dict[str, Any]


def answer_well(data: dict[str, Any]) -> Answer:
    """All three answers in one: each stage reads what it knows."""
    want = data["want"]
    headers = [f"Aspect {'ABCDEFGHIJ'[n]}{len(data['columns'])}" for n in range(want["columns"])]
    columns = [{"why": "", "name": name, "dataType": "text", "description": ""} for name in headers]
    width = len(want.get("into", columns))
    shown = len(data["rows"])
    return {
        "title": "T",
        "sampleRow": ["a", "b"],
        "primary": {"name": data["columns"][0]["name"] if data["columns"] else "Name"},
        "secondary": {"name": "Kind"} if data["mode"] == "new" else None,
        "columnReadings": [],
        "columns": [] if "into" in want else columns,
        "fill": [{"row": row, "cells": [f"v {row} {n}" for n in range(width)]}
                 for row in want["fill"]],
        "rows": [{"cells": [cell(column, f"{shown} {n}") for column in data["columns"]]}
                 for n in range(want["rows"])],
    }  # fmt: skip


def cell(column: dict[str, Any], words: str) -> str:
    if column.get("dataType") in ("integer", "decimal"):
        return words.replace(" ", "")
    enum: str = column.get("enumValues", [""])[0]
    others = {"boolean": "true", "imageurl": "", "enum": enum}
    return others.get(column.get("dataType", ""), f"thing {words}")


def spoil_cells(answer: Answer) -> Answer:
    bad = "<img src=x> [go](http://attacker.test) \u202eN/A"
    for item in (*answer["fill"], *answer["rows"]):
        item["cells"] = [bad if n % 2 else cell for n, cell in enumerate(item["cells"])]
    return answer


def cut_short(answer: Answer) -> Answer:
    return answer | {name: answer[name][:1] for name in ("columns", "fill", "rows")}


def say_twice(answer: Answer) -> Answer:
    return answer | {name: answer[name][:1] * 2 for name in ("columns", "fill", "rows")}


def tear(answer: Answer) -> Answer:
    for item in (*answer["fill"], *answer["rows"][1:]):
        item["cells"] = item["cells"][:-1]
    return answer


def add_strangers(answer: Answer) -> Answer:
    stray = {"row": "nobody", "cells": ["x"] * 9}
    return answer | {"fill": [*answer["fill"], stray, 7], "rows": [*answer["rows"], {"x": 1}]}


MISDEEDS: list[Callable[[Answer], Answer]] = [
    lambda answer: answer,
    spoil_cells,
    cut_short,
    say_twice,
    tear,
    add_strangers,
]
NAMES = ["good", "spoilt cells", "cut short", "twice", "torn", "strangers"]


async def complete(body: bytes, misdeed: Callable[[Answer], Answer]) -> StageRecord:
    request = SuggestionRequest.model_validate_json(body)
    record = StageRecord(job=accept(request, JOB_ID, NOW))
    for stage in STAGES:
        if stage.name in record.job.stages:
            model = ScriptedModel(lambda data: misdeed(json.loads(json.dumps(answer_well(data)))))
            record, _ = await run(stage, record, model)
    return record


@pytest.mark.parametrize("misdeed", MISDEEDS, ids=NAMES)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_every_example_ends_complete_or_partial_with_the_checks_said(
    body: bytes, misdeed: Callable[[Answer], Answer]
) -> None:
    record = await complete(body, misdeed)
    result = assemble_result(record)
    refuse_strangers(record, result)
    assert "attacker.test" not in str([result.rows, [c.values for c in result.columns]])
    is_short = any(item.missing for item in result.stages.values())
    assert (result.status is Completeness.PARTIAL) == is_short
    assert not is_short or any("missing" in warning for warning in result.warnings)
    assert is_short or all(not is_loud(record, stage) for stage in STAGES)


def refuse_strangers(record: StageRecord, result: SuggestionResult) -> None:
    """No cell is for a column or row that is not there, and each is there once."""
    keys = [column.key for column in final_columns(record)]
    assert all(list(row.cells) == keys for row in result.rows)
    rows = {row.id for row in record.job.context.rows}
    for column in result.columns:
        filled = [value.row_id for value in column.values]
        assert set(filled) <= rows
        assert len(set(filled)) == len(filled)


COUNTS = {"C04", "C05", "C06", "C07"}


def is_loud(record: StageRecord, stage: Stage[Any]) -> bool:
    """Whether a stranger finds a count wrong that the result says is right."""
    found = audit(before(record, stage), record.results.of(stage.name))
    return bool({item.id for item in found} & COUNTS)


def before(record: StageRecord, stage: Stage[Any]) -> StageRecord:
    later = {other.name.value: None for other in STAGES[STAGES.index(stage) :]}
    return record.model_copy(update={"results": record.results.model_copy(update=later)})
