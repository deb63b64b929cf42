"""Rows by header, by key or too deep are read where it is certain which cell is of which column."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.table.wire import WireColumns, WireRows
from services.llm.exchange.response_format import response_format
from services.llm.json.named_cell import fold
from services.llm.json.shape import Shape

ROWS, COLUMNS = (
    Shape(response_format("x", wire)["json_schema"]["schema"]) for wire in (WireRows, WireColumns)
)
KNOWN = replace(ROWS, headers=(("c1", "Name"), ("c2", "Depth (m)")))
TWO = [["Malawi", "706"], ["Kivu", "480"]]
BY_HEADER = [{"Name": name, "Depth (m)": depth} for name, depth in TWO]
OUT_OF_ORDER = [{"Depth (m)": depth, "Name": name} for name, depth in TWO]

ALWAYS: dict[str, Any] = {
    "rows by header": {"rows": BY_HEADER},
    "cells by header": {"rows": [{"cells": row} for row in BY_HEADER]},
    "a list too deep": {"rows": [TWO]},
    "rows a list too deep": {"rows": [[{"cells": row} for row in TWO]]},
    "cells a list too deep": {"rows": [{"cells": [row]} for row in TWO]},
    "each cell in a list": {"rows": [{"cells": [[cell] for cell in row]} for row in TWO]},
    "rows by key": {"rows": {"r1": {"cells": TWO[0]}, "r2": {"cells": TWO[1]}}},
    "lists by key": {"rows": {"row 1": TWO[0], "row 2": TWO[1]}},
    "rows by key and header": {"rows": {"r1": BY_HEADER[0], "r2": BY_HEADER[1]}},
    "cells by another name": {"rows": [{"values": row} for row in TWO]},
    "cells that say of which column": {
        "rows": [
            {"cells": [{"column": name, "value": cell} for name, cell in row.items()]}
            for row in BY_HEADER
        ]
    },
    "rows in rows": {"rows": {"rows": [{"cells": row} for row in TWO]}},
    "lists alone": [TWO],
}
WHERE_COLUMNS_ARE_KNOWN: dict[str, Any] = {
    "by key of the column": {"rows": [{"c1": name, "c2": depth} for name, depth in TWO]},
    "in another order": {"rows": OUT_OF_ORDER},
    "cells in another order": {
        "rows": [
            {"cells": [{"column": name, "value": cell} for name, cell in row.items()]}
            for row in OUT_OF_ORDER
        ]
    },
    "in another spelling": {"rows": [{"name": n, "depth_(m)": d} for n, d in TWO]},
    "with a remark": {"rows": [row | {"why": "deep"} for row in BY_HEADER]},
    "column by column": {"rows": {"Depth (m)": ["706", "480"], "Name": ["Malawi", "Kivu"]}},
    "alone": BY_HEADER,
    "in a wrapper": {"lakes": BY_HEADER},
}


def rows_of(shape: Shape, answer: Any) -> list[Any]:
    found = shape.find_answer(answer if isinstance(answer, str) else json.dumps(answer))
    return [row["cells"] for row in found["rows"]] if found else []


@pytest.mark.parametrize("answer", ALWAYS.values(), ids=ALWAYS)
def test_rows_are_read_in_whatever_form_they_were_written(answer: Any) -> None:
    assert rows_of(ROWS, answer) == rows_of(KNOWN, answer) == TWO


@pytest.mark.parametrize(
    "answer", WHERE_COLUMNS_ARE_KNOWN.values(), ids=WHERE_COLUMNS_ARE_KNOWN.keys()
)
def test_columns_that_are_known_put_cells_into_order(answer: Any) -> None:
    assert rows_of(KNOWN, answer) == TWO


def test_a_line_for_each_row_by_header_is_read() -> None:
    assert rows_of(KNOWN, "\n".join(map(json.dumps, BY_HEADER))) == TWO


def test_a_column_that_a_row_does_not_tell_is_empty() -> None:
    assert rows_of(KNOWN, {"rows": [{"Name": "Malawi"}]}) == [["Malawi", ""]]


UNCERTAIN: dict[str, tuple[Shape, Any]] = {
    "names of no column": (KNOWN, {"rows": [{"Lake": "Malawi", "Depth": "706"}]}),
    "orders that differ": (ROWS, {"rows": [BY_HEADER[0], OUT_OF_ORDER[1]]}),
    "a header twice": (
        replace(ROWS, headers=(("c1", "Name"), ("c2", "Name"))),
        {"rows": [{"Name": "Malawi"}]},
    ),
    "a value that is an object": (KNOWN, {"rows": [{"Name": {"en": "x"}, "Depth (m)": "706"}]}),
    "a column that is shorter": (KNOWN, {"rows": {"Name": ["a", "b"], "Depth (m)": ["1"]}}),
}


@pytest.mark.parametrize(("shape", "answer"), UNCERTAIN.values(), ids=UNCERTAIN)
def test_which_cell_is_of_which_column_is_not_guessed(shape: Shape, answer: Any) -> None:
    assert not any(rows_of(shape, answer))


FILLS: dict[str, Any] = {
    "by the header of the new column": [{"row": "r1", "B": "b", "A": "a"}],
    "by key": {"r1": ["a", "b"]},
    "by key and header": {"r1": {"B": "b", "A": "a"}},
    "cells by header": [{"row": "r1", "cells": {"B": "b", "A": "a"}}],
}


@pytest.mark.parametrize("fill", FILLS.values(), ids=FILLS)
def test_values_for_columns_that_the_answer_names_are_put_into_their_order(fill: Any) -> None:
    answer = {"columns": [{"name": "A"}, {"name": "B"}], "fill": fill}
    found = COLUMNS.find_answer(json.dumps(answer))
    assert found is not None
    assert found["fill"] == [{"row": "r1", "cells": ["a", "b"]}]


def test_columns_by_name_have_their_name() -> None:
    found = COLUMNS.find_answer('{"columns": {"A": {"dataType": "text"}}, "fill": []}')
    assert found is not None
    assert found["columns"] == [{"name": "A", "dataType": "text"}]


@pytest.mark.parametrize("cell", ["a", ["a"], {"A": "a"}, [["a"]]])
def test_the_value_of_one_column_is_a_list_of_one(cell: Any) -> None:
    answer = {"columns": [{"name": "A"}], "fill": [{"row": "r1", "cells": cell}]}
    found = COLUMNS.find_answer(json.dumps(answer))
    assert found is not None
    assert found["fill"] == [{"row": "r1", "cells": ["a"]}]


@given(
    headers=st.lists(st.text(min_size=1), min_size=1, max_size=5, unique_by=fold),
    count=st.integers(1, 4),
    data=st.data(),
)
def test_no_cell_gets_into_another_column_in_whatever_order_they_are_told(
    headers: list[str], count: int, data: st.DataObject
) -> None:
    cells = st.lists(st.text(), min_size=len(headers), max_size=len(headers))
    rows = data.draw(st.lists(cells, min_size=count, max_size=count))
    orders = [data.draw(st.permutations(range(len(headers)))) for _ in rows]
    told = [
        {headers[place]: row[place] for place in order}
        for row, order in zip(rows, orders, strict=True)
    ]
    shape = replace(ROWS, headers=tuple((name,) for name in headers))
    found = shape.find_answer({"rows": told})
    read = [row.get("cells") for row in found["rows"]] if found else []
    # A header that is spelt like a field of ours is that field.
    assert all(cells in ([], None, row) for cells, row in zip(read, rows, strict=False))
    if "cells" not in map(fold, headers):
        assert read == rows
