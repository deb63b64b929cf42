"""What a request's context may hold, and what it becomes."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.table.context import TableContext, read_text_context

BOTH = {"A": "1", "\ufeffA": "2"}


def read(**fields: Any) -> TableContext:
    return TableContext.model_validate(fields)


def test_columns_and_rows_get_ids_by_position() -> None:
    context = read(title="T", columns=[{"name": "A"}, {"name": "A"}], rows=[{"cells": ["x"]}])
    assert [column.id for column in context.columns] == ["c1", "c2"]
    assert [row.id for row in context.rows] == ["r1"]


def test_a_given_id_is_never_given_again() -> None:
    context = read(title="T", columns=[{"name": "A"}, {"name": "B", "id": "c1"}])
    assert [column.id for column in context.columns] == ["c_c1", "c1"]


def test_a_short_row_is_filled_with_empty_cells() -> None:
    context = read(title="T", columns=[{"name": "A"}, {"name": "B"}], rows=[{"cells": [None]}])
    assert context.rows[0].values == ("", "")


def test_a_row_may_be_keyed_by_header() -> None:
    columns = [{"name": "A"}, {"name": "B"}]
    context = read(title="T", columns=columns, rows=[{"cells": {"B": "2", "A": None}}])
    assert context.rows[0].values == ("", "2")


def test_a_byte_order_mark_makes_no_other_header_of_one() -> None:
    columns = [{"name": "\ufeffName"}, {"name": "B"}]
    context = read(title="T", columns=columns, rows=[{"cells": {"Name": "Mars", "B\u200b": "2"}}])
    assert context.rows[0].values == ("Mars", "2")
    assert context.columns[0].name == "\ufeffName"


def test_duplicate_headers_are_accepted() -> None:
    assert len(read(title="T", columns=[{"name": "A"}, {"name": "A"}]).columns) == 2


def test_a_table_without_columns_and_rows_is_new() -> None:
    assert read(title="T").is_new
    assert not read(columns=[{"name": "A"}]).is_new


def test_the_first_line_of_a_text_is_the_title() -> None:
    assert read_text_context("Books\nOn our\nshelves\n") == {
        "title": "Books",
        "description": "On our\nshelves",
    }


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"title": " "}, "give a title"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"title": "T", "description": "x" * 4001}, "at most 4000 characters"),
        ({"title": "T", "colour": "red"}, "Extra inputs are not permitted"),
        ({"title": "T", "columns": [{"name": "A"}] * 101}, "at most 100 items"),
        ({"title": "T", "rows": [{"cells": []}] * 2001}, "at most 2000 items"),
        (
            {"title": "T", "columns": [{"name": "A"}], "rows": [{"cells": ["1", "2"]}]},
            "rows/0/cells: 2 cells, but the table has 1 columns",
        ),
        (
            {"title": "T", "columns": [{"name": "A"}], "rows": [{"cells": {"B": "1"}}]},
            "no column has the name 'B'",
        ),
        (
            {"title": "T", "columns": [{"name": "A"}] * 2, "rows": [{"cells": {"A": "1"}}]},
            "more than one column has the name 'A'",
        ),
        (
            {
                "title": "T",
                "columns": [{"name": "A"}],
                "rows": [{"cells": {"A": "", "\ufeffA": ""}}],
            },
            "given twice",
        ),
        ({"title": "T", "columns": [{"name": "A", "id": "x"}] * 2}, "'x' is given 2 times"),
        ({"title": "T", "columns": [{"name": "A", "id": "a b"}]}, "match pattern"),
        ({"title": "T", "columns": [{"name": "A", "dataType": "number"}]}, "'text', 'integer'"),
        ({"title": "T", "columns": [{"name": "A"}], "rows": [{"cells": [1]}]}, "valid string"),
    ],
)
def test_what_would_break_us_is_refused(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        read(**fields)
