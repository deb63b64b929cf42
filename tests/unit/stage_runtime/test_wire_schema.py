"""What a strict schema may hold."""

from collections.abc import Iterator
from typing import Any

import pytest

from schemas.suggestion import ColumnSuggestions, RowSuggestions, TableSuggestion
from services.stage_runtime.wire_schema import UNENFORCED, response_format, strict

CONTRACTS = [TableSuggestion, ColumnSuggestions, RowSuggestions]


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "properties" in node:
            yield node
        for child in node.values():
            yield from objects(child)
    if isinstance(node, list):
        for child in node:
            yield from objects(child)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_property_is_required_and_no_other_allowed(contract: Any) -> None:
    schema = response_format("x_v1", contract)["json_schema"]["schema"]
    found = list(objects(schema))
    assert found
    for item in found:
        assert item["required"] == list(item["properties"])
        assert item["additionalProperties"] is False


def test_a_property_may_be_named_like_a_keyword() -> None:
    schema = strict({"type": "object", "properties": {"title": {"type": "string", "title": "T"}}})
    assert schema["properties"] == {"title": {"type": "string"}}


def test_limits_that_servers_drop_are_left_out() -> None:
    assert strict({"type": "string"} | dict.fromkeys(UNENFORCED, 1)) == {"type": "string"}


def test_the_reason_comes_before_the_value() -> None:
    schema = response_format("x", ColumnSuggestions)["json_schema"]["schema"]
    assert next(iter(schema["$defs"]["ColumnSuggestion"]["properties"])) == "why"
