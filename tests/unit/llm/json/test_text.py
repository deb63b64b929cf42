"""Where the JSON is in what a model says, and what of it is mended."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.table.wire import WireColumns, WireRows, WireTable
from services.llm.exchange.response_format import response_format
from services.llm.json.shape import Shape, is_cut_off
from services.llm.json.slip import close, mend
from services.llm.json.text import read_json, write_json

ROWS, COLUMNS, TABLE = (
    Shape(response_format("x", wire)["json_schema"]["schema"])
    for wire in (WireRows, WireColumns, WireTable)
)
MARKS = [
    "</think>",
    "<think>a</think>b",
    "[THINK]{",
    '{""a"":1}',
    "{&quot;a&quot;:1}",
    r"{\"a\":1}",
    "...",
    "a # b",
    "// c",
    "“x”, 'y'",
    "```",
    '{"rows": [{"cells": ["z"]}]}',
    '{"cells": ["z"]}',
    "a\\_b",
    "}\n{",
]
"""What is told apart outside of values, and is nothing within one."""
CELLS = st.lists(st.text() | st.sampled_from(MARKS), min_size=1, max_size=4)
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


GAPS = ["", " ", "\u00a0", '\n# so, "many"\n', " // it's {\n", "/* ], */", "\u200b", "\u2003\n"]
QUOTES = [('"', '"'), ("“", "”"), ("„", "“"), ("‘", "’"), ("«", "»"), ("'", "'")]


def write_slipping(rows: list[list[str]], gap: str, quotes: tuple[str, str], last: str) -> str:
    """An answer with such punctuation."""

    def quote(text: str) -> str:
        return quotes[0] + json.dumps(text, ensure_ascii=False)[1:-1] + quotes[1]

    cells = [f"{gap},{gap}".join(map(quote, row)) + last for row in rows]
    items = [f"{{{gap}{quote('cells')}{gap}:{gap}[{inner}{gap}]{gap}}}" for inner in cells]
    return f"{{{gap}{quote('rows')}:{gap}[{f',{gap}'.join(items)}{last}]{gap}}}"


@given(
    rows=ANSWERS,
    gap=st.sampled_from(GAPS),
    quotes=st.sampled_from(QUOTES),
    last=st.sampled_from(["", ",", ", ", ",\n..."]),
)
def test_no_value_is_changed_by_what_is_mended_around_it(
    rows: list[list[str]], gap: str, quotes: tuple[str, str], last: str
) -> None:
    """Where the quotes stand in a value as well it may be a guess: then nothing is found."""
    found = ROWS.find_answer(write_slipping(rows, gap, quotes, last))
    assert found is None or rows_of(found) == rows


@given(
    rows=st.lists(st.lists(st.text("aé1 ,:-", min_size=1), min_size=1), min_size=1),
    gap=st.sampled_from(GAPS),
    quotes=st.sampled_from(QUOTES),
)
def test_slips_around_plain_values_are_mended(
    rows: list[list[str]], gap: str, quotes: tuple[str, str]
) -> None:
    assert rows_of(ROWS.find_answer(write_slipping(rows, gap, quotes, ","))) == rows


@given(rows=ANSWERS, between=st.sampled_from(["\n", ",\n", "\r\n", "\n\n", "\n- "]))
def test_rows_one_after_the_other_keep_their_values(rows: list[list[str]], between: str) -> None:
    lines = [json.dumps({"cells": row}, ensure_ascii=False) for row in rows]
    assert rows_of(ROWS.find_answer(between.join(lines))) == rows


@given(rows=ANSWERS, share=st.floats(0.05, 0.95))
def test_of_rows_that_are_cut_off_those_that_are_whole_are_kept(
    rows: list[list[str]], share: float
) -> None:
    text = "\n".join(json.dumps({"cells": row}) for row in rows)
    found = ROWS.find_answer(text[: int(len(text) * share)])
    assert found is None or rows_of(found) == rows[: len(found["rows"])]


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


FITS = {
    "the last of equals": ('{"rows": [{"cells": ["a"]}]} {"rows": [{"cells": ["b"]}]}', ["b"]),
    "not one without content": ('{"rows": [{"cells": ["a"]}]} {"rows": []}', ["a"]),
    "not one of dots": ('{"rows": [{"cells": ["a"]}]} {"rows": [{"cells": ["…"]}]}', ["a"]),
    "not one of names of types": (
        '{"rows": [{"cells": ["a"]}]} {"rows":[{"cells":["string"]}]}',
        ["a"],
    ),
    "not one of another shape": ('{"rows": [{"cells": ["a"]}]} {"rows": [{"cells": "b"}]}', ["a"]),
    "not one with a name more": ('{"rows": [{"cells": ["a"]}]} {"rows": [{"name": "b"}]}', ["a"]),
    "in a wrapper": ('{"draft": {"rows": []}, "final": {"rows": [{"cells": ["a"]}]}}', ["a"]),
}


@pytest.mark.parametrize(("text", "cells"), FITS.values(), ids=FITS)
def test_of_several_answers_the_one_counts_that_fits_best(text: str, cells: list[str]) -> None:
    assert rows_of(ROWS.find_answer(text)) == [cells]


def test_brackets_are_closed_only_behind_a_bracket() -> None:
    assert close('{"a": [{"b": 1}') == '{"a": [{"b": 1}]}'
    assert close('{"a": ["b", "c') == '{"a": ["b", "c'


def test_half_a_character_is_written_as_none() -> None:
    assert write_json(["\ud83d", "😀"]) == '["\ufffd","😀"]'


def test_nesting_without_an_end_is_no_json() -> None:
    with pytest.raises(ValueError, match="deeply"):
        read_json('{"a":' * 100_000)
