"""What a request asks for: which stage, in which form, and what a server might not support."""

from typing import Any

import pytest

from services.demo_llm.answer.engine import KNOWN_SCHEMAS
from services.demo_llm.request.chat_call import PROSE, ChatCall
from services.demo_llm.request.prompt_table import read_table
from tests.unit.demo_llm.asking import ROW, SCHEMAS, TABLE, make_body, make_table

TOOL = {"type": "function", "function": {"name": ROW, "parameters": SCHEMAS[ROW]}}


def make_call(system: str = "", table: dict[str, Any] | None = None, **fields: Any) -> ChatCall:
    body = make_body(ROW, table or make_table("Planets"))
    body["messages"][0]["content"] = system
    return ChatCall.model_validate(body | fields)


@pytest.mark.parametrize(
    ("fields", "system"),
    [
        ({}, ""),
        ({"response_format": None, "tools": [TOOL], "tool_choice": "required"}, ""),
        ({"response_format": {"type": "json_object"}}, f"Answer as {ROW}."),
        ({"response_format": None}, f"Answer as {ROW}."),
    ],
)
def test_the_stage_is_read_at_every_step_of_the_ladder(fields: dict[str, Any], system: str) -> None:
    assert make_call(system, **fields).find_schema_name(KNOWN_SCHEMAS) == ROW


def test_a_schema_name_that_a_user_has_typed_says_nothing() -> None:
    call = make_call(table=make_table(f"{TABLE} please"), response_format=None)
    assert call.find_schema_name(KNOWN_SCHEMAS) == PROSE


@pytest.mark.parametrize(
    ("fields", "traits"),
    [
        ({}, {"response_format", "json_schema", "strict"}),
        ({"response_format": {"type": "json_object"}, "seed": None}, {"json_object"}),
        ({"response_format": None, "tools": [TOOL]}, {"tools"}),
        ({"service_tier": "flex", "store": False}, {"service_tier", "flex", "store"}),
    ],
)
def test_traits_are_what_a_server_may_not_support(fields: dict[str, Any], traits: set[str]) -> None:
    assert traits <= make_call(**fields).traits
    assert "seed" not in make_call(**fields).traits


def test_calls_that_differ_in_the_random_boundary_only_are_equal() -> None:
    texts = (f"Between {word}.\n```json {word}\n{{}}\n``` {word}" for word in ("w-7f3a", "w-0b12"))
    calls = [make_call(messages=[{"role": "user", "content": text}]) for text in texts]
    assert calls[0].hash_call(ROW) == calls[1].hash_call(ROW)
    assert calls[0].hash_call(ROW) != make_call().hash_call(ROW)


FENCE = '```json 7f3a\n{"mode": "extend", "title": "Planets", "want": {"columns": 1}}\n```'


@pytest.mark.parametrize(
    "text",
    [
        FENCE,
        f"The table, as data:\n{FENCE} 7f3a",
        f"First ```json\n{{}}\n```\n{FENCE}\nThe last message.",
        f'{FENCE}\nAnswer with JSON of this schema:\n```json\n{{"type": "object"}}\n```',
    ],
)
def test_the_table_is_found_by_its_fence_with_a_boundary_and_before_a_schema(text: str) -> None:
    table = read_table(text)
    assert table is not None
    assert (table.title, table.want.columns) == ("Planets", 1)
