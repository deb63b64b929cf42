"""Where the JSON is in what a model says."""

import json

import pytest

from services.llm.exchange.json_text import MAX_REPAIR_CHARS, find_json

OBJECT = '{"a": [1, 2]}'


@pytest.mark.parametrize(
    "text",
    [
        OBJECT,
        f"```json\n{OBJECT}\n```",
        f"```\n{OBJECT}\n```",
        f"Here is the table.\n\n```json\n{OBJECT}\n```\nEnjoy!",
        f"Sure: {OBJECT} as asked.",
        f"```json\n{OBJECT}",
    ],
)
@pytest.mark.parametrize("may_repair", [True, False])
def test_the_object_is_found_in_what_is_around_it(text: str, may_repair: bool) -> None:
    assert json.loads(find_json(text, may_repair=may_repair)) == {"a": [1, 2]}


@pytest.mark.parametrize("slip", ['{"a": [1, 2,]}', "{'a': [1, 2]}", '{"a": [1, 2]'])
def test_a_slip_is_mended_where_no_server_holds_the_model_to_a_schema(slip: str) -> None:
    assert json.loads(find_json(slip, may_repair=True)) == {"a": [1, 2]}
    assert find_json(slip, may_repair=False) == slip


def test_what_holds_no_object_stays_as_it_is() -> None:
    assert find_json("I cannot do that.", may_repair=True) == "I cannot do that."


def test_a_text_that_is_too_long_is_not_mended() -> None:
    endless = "{" + "x" * MAX_REPAIR_CHARS
    assert find_json(endless, may_repair=True) == endless
