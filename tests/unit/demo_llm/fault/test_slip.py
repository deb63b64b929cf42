"""Small mistakes in good answers: where they are put, and that an answer without room is left."""

from copy import deepcopy
from typing import Any

import pytest

from services.demo_llm.fault.spoiled_answer import spoil
from services.demo_llm.fault.table import FAULTS
from services.demo_llm.request.chat_call import draw_from
from services.demo_llm.request.prompt_table import PromptTable

RNG = draw_from(bytes(range(32)))
TABLE = PromptTable.model_validate(
    {
        "mode": "extend",
        "columns": [
            {"key": "c1", "name": "Name", "dataType": "text"},
            {"key": "c2", "name": "Moons", "dataType": "integer"},
            {"key": "c3", "name": "Kind", "dataType": "enum", "enumValues": ["Rock", "Gas"]},
        ],
    }
)
ROWS: dict[str, Any] = {
    "rows": [{"cells": ["Mars", "2", "Rock"]}, {"cells": ["Venus", "0", "Gas"]}]
}


def column(name: str, data_type: str) -> dict[str, Any]:
    return {"name": name, "dataType": data_type}


COLUMNS: dict[str, Any] = {
    "columns": [column("Orbit", "text"), column("Radius", "decimal")],
    "fill": [{"row": "r1", "cells": ["Sun", "3389.5"]}, {"row": "r2", "cells": ["Sun", "6052"]}],
}


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("short-row", ["Venus", "0"]),
        ("blank-primary", ["", "0", "Gas"]),
        ("repeated-row", ["Mars", "2", "Rock"]),
        ("wrong-type", ["Venus", "about twelve", "Gas"]),
        ("unit", ["Venus", "0 km", "Gas"]),
        ("outside-enum", ["Venus", "0", "Something else"]),
        ("enum-case", ["Venus", "0", " gAS "]),
        ("decorated", ["Venus", "0 (Phobos, Deimos)", "Gas"]),
        ("placeholder", ["Venus", "N/A", "Gas"]),
        ("constant", ["Venus", "0", "Rock"]),
        ("url", ["Venus http://example.com/x", "0", "Gas"]),
        ("bidi", ["V\u202eenus", "0", "Gas"]),
        ("missing-row", ["Mars", "2", "Rock"]),
    ],
)
def test_a_slip_of_the_row_stage_is_in_its_last_row(name: str, last: list[str]) -> None:
    assert spoil(ROWS, name, TABLE, RNG)["rows"][-1]["cells"] == last


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("blank-header", ["Orbit", "  "]),
        ("duplicate-header", ["Orbit", " NAME"]),
        ("generic-header", ["Orbit", "Column 7"]),
        ("missing-column", ["Orbit"]),
        ("changed-primary", ["Other Orbit", "Radius"]),
    ],
)
def test_a_slip_of_the_column_stage_is_in_the_names(name: str, names: list[str]) -> None:
    answer = spoil(COLUMNS, name, TABLE, RNG)
    assert [c["name"] for c in answer["columns"]] == names


def test_a_missing_column_takes_its_cells_with_it_and_a_missing_fill_one_row() -> None:
    short = spoil(COLUMNS, "missing-column", TABLE, RNG)
    assert [line["cells"] for line in short["fill"]] == [["Sun"], ["Sun"]]
    assert [line["row"] for line in spoil(COLUMNS, "missing-fill", TABLE, RNG)["fill"]] == ["r1"]


@pytest.mark.parametrize("name", [fault.name for fault in FAULTS.values() if fault.check])
@pytest.mark.parametrize("answer", [{"rows": []}, {"columns": [], "fill": []}, {"title": ""}])
def test_an_answer_without_room_for_a_slip_is_left_as_it_is(
    name: str, answer: dict[str, Any]
) -> None:
    assert spoil(answer, name, TABLE, RNG) == answer


@pytest.mark.parametrize("answer", [ROWS, COLUMNS])
def test_slips_find_some_mistake_that_the_answer_has_room_for(answer: dict[str, Any]) -> None:
    before = deepcopy(answer)
    assert spoil(answer, "slips", TABLE, RNG) != answer
    assert answer == before


def test_the_types_of_values_for_existing_columns_are_those_of_the_table() -> None:
    table = TABLE.model_copy(update={"want": TABLE.want.model_copy(update={"into": ("c2",)})})
    answer = {"columns": [], "fill": [{"row": "r1", "cells": ["7"]}]}
    assert spoil(answer, "unit", table, RNG)["fill"][0]["cells"] == ["7 km"]
