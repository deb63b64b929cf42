"""Columns of thirty kinds: what a model proposes for them comes out to the letter."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.job.record import StageRecord
from schemas.table.suggestion import ColumnSuggestions, RowSuggestions
from services.column_agent.stage import STAGE as COLUMN
from services.row_agent.stage import STAGE as ROW
from tests.factory import make_record
from tests.unit.agents.kept_kind import DAYS, KINDS, NUMBERS
from tests.unit.agents.scripted_model import ScriptedModel, run

EXAMPLES = 4
MOST = 6


def table(cells: list[str], **more: Any) -> dict[str, Any]:
    """A table whose rows have a name, and a column of cells where any are given."""
    columns = [{"name": "Name"}, {"name": "Value"} | more][: 2 if cells else 1]
    rows = [{"cells": [f"thing {n}", cell]} for n, cell in enumerate(cells)]
    return {"title": "T", "columns": columns, "rows": rows}


def propose_rows(context: dict[str, Any], cells: list[str]) -> list[str]:
    """What comes of rows that are proposed with these cells."""
    said = {"rows": [{"cells": [f"new {n}", cell]} for n, cell in enumerate(cells)]}
    record = make_record(stages=["row"], context=context, want={"rows": len(cells)})
    done, _ = asyncio.run(run(ROW, record, ScriptedModel(said)))
    assert isinstance(done.results.row, RowSuggestions)
    return [row.cells[1] for row in done.results.row.rows]


def propose_column(kind: str, cells: list[str]) -> list[str]:
    """What comes of a column that is proposed with these cells, one for each row."""
    rows = [{"cells": [f"thing {n}"]} for n in range(len(cells))]
    context = {"title": "T", "columns": [{"name": "Name"}], "rows": rows}
    want = {"columns": 1, "fillExisting": True}
    record: StageRecord = make_record(stages=["column"], context=context, want=want)
    column = {"why": "", "name": "Value", "dataType": kind, "description": ""}
    fill = [{"row": f"r{n}", "cells": [cell]} for n, cell in enumerate(cells, 1)]
    done, _ = asyncio.run(run(COLUMN, record, ScriptedModel({"columns": [column], "fill": fill})))
    assert isinstance(done.results.column, ColumnSuggestions)
    return [item.cells[0] for item in done.results.column.fill]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_proposed_row_comes_out_to_the_letter(kind: str, data: st.DataObject) -> None:
    cells = data.draw(st.lists(KINDS[kind], min_size=2, max_size=MOST), label="cells")
    held = data.draw(st.lists(KINDS[kind], min_size=1, max_size=MOST), label="held out")
    locale = data.draw(st.sampled_from([None, "de-DE", "en-US", "fr"]), label="locale")
    # A row in another script than the others waits for a better one, and then comes last.
    kept = propose_rows(table(cells) | {"locale": locale}, held)
    assert sorted(kept) == sorted(held)
    kept = propose_rows(table(cells, dataType="text") | {"locale": locale}, held)
    assert sorted(kept) == sorted(held)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_proposed_column_comes_out_to_the_letter(kind: str, data: st.DataObject) -> None:
    cells = data.draw(st.lists(KINDS[kind], min_size=2, max_size=MOST), label="cells")
    assert propose_column("text", cells) == cells


TYPED = {
    **{kind: "decimal" for kind in NUMBERS if kind != "comma"},
    **dict.fromkeys(DAYS, "datetime"),
    "yes and no": "boolean",
    "booleans": "boolean",
}

TELLING = {
    "grouped": "1,234,567",
    "grouped with points": "1.234.567",
    "Indian": "1,23,456",
    "Swiss": "1’234.50",
}
"""A cell that shows how the others are written: 1,000 alone may be two numbers."""


@pytest.mark.parametrize(("kind", "declared"), TYPED.items())
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_row_of_a_column_with_a_declared_type_comes_out_to_the_letter(
    kind: str, declared: str, data: st.DataObject
) -> None:
    cells = data.draw(st.lists(KINDS[kind], min_size=2, max_size=MOST), label="cells")
    held = data.draw(st.lists(KINDS[kind], min_size=1, max_size=MOST), label="held out")
    telling = TELLING.get(kind, cells[0])
    assert propose_rows(table([telling, *cells], dataType=declared), held) == held
