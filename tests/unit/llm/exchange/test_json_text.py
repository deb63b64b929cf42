"""Where the JSON is in what a model says, and what of it is mended."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.table.wire import WireColumns, WireRows, WireTable
from services.llm.exchange.json_shape import Shape, is_cut_off
from services.llm.exchange.json_slip import close, mend
from services.llm.exchange.json_text import read_json, write_json
from services.llm.exchange.response_format import response_format

ROWS, COLUMNS, TABLE = (
    Shape(response_format("x", wire)["json_schema"]["schema"])
    for wire in (WireRows, WireColumns, WireTable)
)
CELLS = st.lists(st.text(), min_size=1, max_size=4)
ANSWERS = st.lists(CELLS, min_size=1, max_size=5)


def rows_of(answer: dict[str, Any] | None) -> list[list[str]]:
    assert answer is not None
    return [row["cells"] for row in answer["rows"]]


@given(rows=ANSWERS, before=st.sampled_from(["", "Rows: ", '<think>{"a": [}</think>', "```json\n"]))
def test_no_value_is_changed_however_the_answer_is_wrapped_or_slips(
    rows: list[list[str]], before: str
) -> None:
    """Cells hold quotes, brackets, commas, comments, fences and whatever else there is."""
    text = json.dumps({"rows": [{"cells": cells} for cells in rows]}, ensure_ascii=False)
    for said in (text, text[:-1] + ",}", text[:-1], text + text, text + "\n```\nBye {now}!"):
        assert rows_of(ROWS.find_answer(before + said)) == rows


@given(rows=ANSWERS)
def test_lists_that_stand_as_texts_are_read_at_every_level(rows: list[list[str]]) -> None:
    inner = [{"cells": json.dumps(cells)} for cells in rows]
    assert rows_of(ROWS.find_answer(json.dumps({"rows": json.dumps(inner)}))) == rows


@given(rows=ANSWERS, share=st.floats(0.05, 0.95))
def test_what_is_cut_off_is_never_taken_for_whole(rows: list[list[str]], share: float) -> None:
    text = json.dumps({"rows": [{"cells": cells} for cells in rows]})
    cut = text[: int(len(text) * share)]
    found = ROWS.find_answer(cut)
    assert found is None or all(row["cells"] in rows for row in found["rows"])


@given(text=st.text(alphabet='{}[]",:\\ab\n ', max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    for shape in (ROWS, COLUMNS, TABLE):
        shape.find_answer(text)


def test_a_part_of_an_answer_that_is_cut_off_is_none() -> None:
    column = {"why": "", "name": "N", "dataType": "text", "enumValues": None, "description": ""}
    text = json.dumps({"columns": [column], "fill": [{"row": "r1", "cells": ["a", "b"]}]})
    assert COLUMNS.find_answer(text[:-8]) is None
    assert is_cut_off(text[:-8])
    assert COLUMNS.find_answer(text) == json.loads(text)


def test_a_list_that_is_left_out_is_empty() -> None:
    assert COLUMNS.find_answer('{"columns": [{"name": "N"}]}') == {
        "columns": [{"name": "N"}],
        "fill": [],
    }


def test_names_are_read_in_another_spelling() -> None:
    found = TABLE.find_answer('{"Title": "T", "sample_row": [1.50], "column-readings": null}')
    assert found == {"title": "T", "sampleRow": ["1.50"], "columnReadings": []}


def test_null_is_read_where_it_stands_as_a_text() -> None:
    found = COLUMNS.find_answer('{"columns": [{"name": "N", "enumValues": "null"}], "fill": []}')
    assert found is not None
    assert found["columns"] == [{"name": "N", "enumValues": None}]


def test_the_last_answer_that_holds_something_counts() -> None:
    text = '{"rows": [{"cells": ["draft"]}]} Better: {"rows": [{"cells": ["a"]}]} or {"rows": []}'
    assert rows_of(ROWS.find_answer(text)) == [["a"]]


@pytest.mark.parametrize("text", ['{"a": [1,,2]}', '{"a": "say "hi""}', '{"a": 1 kg}', '{"a": 01}'])
def test_values_are_not_guessed(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        read_json(close(mend(text)))


def test_brackets_are_closed_only_behind_a_bracket() -> None:
    assert close('{"a": [{"b": 1}') == '{"a": [{"b": 1}]}'
    assert close('{"a": ["b", "c') == '{"a": ["b", "c'


def test_half_a_character_is_written_as_none() -> None:
    assert write_json(["\ud83d", "😀"]) == '["\ufffd","😀"]'


def test_nesting_without_an_end_is_no_json() -> None:
    with pytest.raises(ValueError, match="deeply"):
        read_json('{"a":' * 100_000)
