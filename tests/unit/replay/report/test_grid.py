"""Two suggestions stand side by side as tables with the same rows and columns."""

from typing import Any

import pytest

from services.replay.report.grid import MAX_COLUMNS, MAX_ROWS, CellPair, Grid, make_grids
from tests.unit.replay.comparison.pairs import compare


def grids(before: Any, now: Any) -> tuple[Grid, ...]:
    return make_grids(compare(before, now).pairs[0])


def test_a_list_is_a_table_with_an_item_a_row() -> None:
    (grid,) = grids(
        {"columns": [{"name": "Mass", "enumValues": None}, {"name": "Kind"}], "fill": []},
        {"columns": [{"name": "Weight", "enumValues": ["a", "b"]}], "fill": []},
    )
    assert (grid.name, grid.header) == ("columns", ("name", "enumValues"))
    assert [row.cells for row in grid.rows] == [
        (CellPair("Mass", "Weight"), CellPair(None, "a · b")),
        (CellPair("Kind", None), CellPair(None, None)),
    ]
    assert grid.differing == 3


def test_cells_of_a_row_are_columns_by_number() -> None:
    (grid,) = grids({"rows": [{"cells": ["a", "b"]}]}, {"rows": [{"cells": ["a", "c", "d"]}]})
    assert grid.header == ("cell 1", "cell 2", "cell 3")
    assert [cell.differs for cell in grid.rows[0].cells] == [False, True, True]


def test_all_else_is_a_table_of_names_and_values() -> None:
    (grid,) = grids(
        {"title": "Planets", "primary": {"name": "Name", "why": "x"}},
        {"title": "Planets", "primary": {"name": "Planet", "why": "x"}},
    )
    assert grid.header == ("values",)
    told = {row.name: row.cells[0].differs for row in grid.rows}
    assert told == {"title": False, "primary name": True, "primary why": False}


@pytest.mark.parametrize("value", [None, 1, "text", [1, 2], {}, {"a": {}}, {"a": [[1], [2]]}])
def test_any_json_can_be_shown(value: Any) -> None:
    assert make_grids(compare(value, {"title": "x"}).pairs[0])
    assert grids(value, value) == ()


@pytest.mark.parametrize("value", [5, "x", {"a": 1}])
def test_what_was_no_list_before_is_a_row(value: Any) -> None:
    (grid,) = grids({"rows": value}, {"rows": [{"cells": ["x"]}]})
    assert (grid.name, len(grid.rows)) == ("rows", 1)


def test_of_what_is_large_the_part_that_differs_is_shown_and_the_rest_counted() -> None:
    rows = [{f"k{n}": "same" for n in range(40)} for _ in range(100)]
    (grid,) = grids({"rows": rows}, {"rows": [*rows[:-1], rows[0] | {"k39": "other"}]})
    assert (len(grid.rows), grid.hidden_rows) == (MAX_ROWS, 100 - MAX_ROWS)
    assert (len(grid.header), grid.hidden_columns) == (MAX_COLUMNS, 40 - MAX_COLUMNS)
    assert (grid.header[-1], grid.rows[-1].name, grid.differing) == ("k39", "100", 1)
