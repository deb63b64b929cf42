"""What a strict schema may hold."""

from collections.abc import Iterator
from typing import Any

import pytest

from schemas.table.wire import Exact, TextForm, WireColumns, WireRows, WireTable
from services.llm.exchange.response_format import UNENFORCED, narrow, response_format, strict

CONTRACTS = [WireTable, WireColumns, WireRows]


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
    schema = response_format("x", WireColumns)["json_schema"]["schema"]
    assert next(iter(schema["$defs"]["WireColumn"]["properties"])) == "why"


@pytest.mark.parametrize("contract", CONTRACTS)
def test_no_server_meets_a_keyword_that_it_may_refuse(contract: Any) -> None:
    schema = response_format("x", contract)["json_schema"]["schema"]
    allowed = {"type", "properties", "required", "additionalProperties", "items", "$ref", "$defs"}
    assert set(keywords(schema)) <= allowed | {"anyOf", "enum"}


def keywords(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node
        named = {"properties", "$defs"} & set(node)
        for key in set(node) - named:
            yield from keywords(node[key])
        for key in named:
            for child in node[key].values():
                yield from keywords(child)
    if isinstance(node, list):
        for child in node:
            yield from keywords(child)


def test_a_schema_of_one_call_says_what_is_wanted_and_the_static_one_stays() -> None:
    wide = response_format("x_v1", WireColumns)
    exact: Exact = {"columns": 0, "fill": 2, "fill/row": ("r1", "r2"), "fill/cells": 3}
    schema = narrow(wide, exact)["json_schema"]["schema"]
    fill = schema["$defs"]["WireFill"]["properties"]
    assert schema["properties"]["columns"]["maxItems"] == 0
    assert (fill["row"]["enum"], fill["cells"]["minItems"]) == (["r1", "r2"], 3)
    assert wide == response_format("x_v1", WireColumns)


def test_a_part_that_is_wanted_cannot_be_null() -> None:
    exact: Exact = {"primary": None, "sampleRow": 2}
    properties = narrow(response_format("x_v1", WireTable), exact)["json_schema"]["schema"][
        "properties"
    ]
    assert properties["primary"] == {"$ref": "#/$defs/WireColumn"}
    assert "anyOf" in properties["secondary"]
    assert properties["sampleRow"] == {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 2,
        "maxItems": 2,
    }


FORMS = [
    (TextForm(), {}),
    (TextForm(is_filled=True), {"minLength": 1}),
    (TextForm(values=("a", "")), {"enum": ["a", ""]}),
    (TextForm(pattern="^[0-9]{1,18}$"), {"pattern": "^[0-9]{1,18}$"}),
]


@pytest.mark.parametrize(("form", "said"), FORMS)
def test_each_cell_of_a_row_has_its_own_form(form: TextForm, said: dict[str, Any]) -> None:
    wide = response_format("x_v1", WireRows)
    exact: Exact = {"rows": 1, "rows/cells": (TextForm(is_filled=True), form)}
    cells = narrow(wide, exact)["json_schema"]["schema"]["$defs"]["WireRow"]["properties"]["cells"]
    forms = [{"type": "string", "minLength": 1}, {"type": "string"} | said]
    assert cells == {"type": "array", "prefixItems": forms, "minItems": 2, "maxItems": 2}


def test_a_text_may_have_a_form() -> None:
    exact: Exact = {"columns/name": TextForm(is_filled=True)}
    schema = narrow(response_format("x_v1", WireColumns), exact)["json_schema"]["schema"]
    assert schema["$defs"]["WireColumn"]["properties"]["name"]["minLength"] == 1
