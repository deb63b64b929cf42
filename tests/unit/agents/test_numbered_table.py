"""A table of 2,000 rows that are numbered: the demo model proposes rows that it has not."""

import pytest

from schemas.table.suggestion import RowSuggestions
from services.row_agent.stage import STAGE
from tests.factory import make_record
from tests.unit.agents.scripted_model import ScriptedModel, run
from tests.unit.demo_llm.asking import ROW, ask

ROWS = 2_000


@pytest.mark.parametrize(
    ("form", "data_type"),
    [
        ("{}", "text"),
        ("{}", "integer"),
        ("{}", None),
        ("{:04d}", "text"),
        ("{:04d}", None),
        ("V-{}", "text"),
        ("Room {:04d}", None),
    ],
)
@pytest.mark.parametrize("others", [("Note",), ("Name", "Score"), ()])
async def test_its_rows_need_one_call(
    others: tuple[str, ...], form: str, data_type: str | None
) -> None:
    """Also where the demo takes another column for the one that names a row."""
    table = {
        "title": "Seats",
        "columns": [{"name": "No", "dataType": data_type}, *({"name": name} for name in others)],
        "rows": [
            {"cells": [form.format(number), *(f"{name} of {number}" for name in others)]}
            for number in range(1, ROWS + 1)
        ],
    }
    record = make_record(stages=["row"], context=table, want={"rows": 3})
    done, provenance = await run(STAGE, record, ScriptedModel(lambda data: ask(ROW, data)))
    assert isinstance(done.results.row, RowSuggestions)
    proposed = [row.cells[0] for row in done.results.row.rows]
    assert proposed == [form.format(number) for number in range(ROWS + 1, ROWS + 4)]
    assert provenance.calls == 1
