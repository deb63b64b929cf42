"""Answers are read item by item."""

import pytest

from schemas.table.wire import WireColumns, WireRows
from services.stage_runtime.suggestion.answer_parser import read_wire


def test_a_good_answer_is_read_whole() -> None:
    reading = read_wire('{"rows": [{"cells": ["a"]}]}', WireRows)
    assert reading.answer is not None
    assert (len(reading.answer.rows), reading.problems, reading.dropped) == (1, (), 0)


def test_an_item_of_the_wrong_form_is_left_out() -> None:
    content = '{"columns": [{"name": "A"}, {"why": "no name"}, 3], "fill": [{"row": "r1"}]}'
    reading = read_wire(content, WireColumns)
    assert reading.answer is not None
    assert [column.name for column in reading.answer.columns] == ["A"]
    assert (len(reading.answer.fill), reading.dropped) == (0, 3)
    assert "columns/1/name: Field required" in reading.problems


@pytest.mark.parametrize("content", ["", "none", "[]", "3", '{"rows": {}}', '{"row": []}', "{"])
def test_an_answer_of_the_wrong_form_is_none(content: str) -> None:
    reading = read_wire(content, WireRows)
    assert reading.answer is None
    assert reading.problems


def test_a_problem_never_quotes_what_stands_there() -> None:
    reading = read_wire('{"rows": "SECRET"}', WireRows)
    assert "SECRET" not in str(reading.problems)


def test_at_most_ten_problems_are_told() -> None:
    content = '{"rows": [' + ",".join(["7"] * 40) + "]}"
    assert len(read_wire(content, WireRows).problems) == 10


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("12345678901234567.25", "12345678901234567.25"),
        ("686.980", "686.980"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("1E5", "1E5"),
        ("-0.0", "-0.0"),
        ("NaN", ""),
        ("-Infinity", ""),
        ("true", "true"),
        ("null", ""),
    ],
)
def test_a_number_keeps_its_digits_and_what_is_none_is_no_value(number: str, text: str) -> None:
    reading = read_wire(f'{{"rows": [{{"cells": [{number}]}}]}}', WireRows)
    assert reading.answer is not None
    assert reading.answer.rows[0].cells == (text,)


@pytest.mark.parametrize("bad", ['{"rows": ["\\ud800"]}', "[" * 10_000, '\ufeff{"rows": []}'])
def test_what_is_no_json_text_is_said_to_be_none(bad: str) -> None:
    assert read_wire(bad, WireRows).problems == ("the answer is no JSON",)
