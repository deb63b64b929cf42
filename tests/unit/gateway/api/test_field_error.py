"""Whatever a body or a parameter may be refused for has a plain sentence of ours."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from schemas.contract import RequestContract
from schemas.wrong_value import FORMS, OWN, SENTENCES
from services.gateway import app as app_module
from services.gateway.document.completion import BODIES
from tests.unit.contract import recording

CHECKS = ("value_error", "assertion_error")
PASSES_ON = frozenset(("any", "default", "nullable", "chain", "definitions", "definition-ref"))
"""They say nothing of their own."""
RAISES: dict[str, tuple[str, ...]] = {
    "model": ("model_type", "model_attributes_type"),
    "model-fields": ("model_type", "missing", "extra_forbidden"),
    "model-field": (),
    "str": ("string_type", "string_unicode"),
    "int": ("int_type", "int_parsing", "int_parsing_size", "int_from_float"),
    "float": ("float_type", "float_parsing"),
    "bool": ("bool_type", "bool_parsing"),
    "datetime": (
        "datetime_type",
        "datetime_parsing",
        "datetime_from_date_parsing",
        "datetime_object_invalid",
    ),
    "uuid": ("uuid_type", "uuid_parsing"),
    "tuple": ("tuple_type",),
    "list": ("list_type",),
    "frozenset": ("frozen_set_type",),
    "dict": ("dict_type",),
    "enum": ("enum",),
    "literal": ("literal_error",),
    "union": (),
    "tagged-union": (),  # its tag is made by a function of ours
    **dict.fromkeys(
        ("function-after", "function-before", "function-wrap", "function-plain"), CHECKS
    ),
    **dict.fromkeys(("no-info", "with-info"), ()),
    **dict.fromkeys(PASSES_ON, ()),
}
LIMITS = {
    "ge": "greater_than_equal",
    "gt": "greater_than",
    "le": "less_than_equal",
    "lt": "less_than",
    "pattern": "string_pattern_mismatch",
    "tz_constraint": "timezone_aware",
    "allow_inf_nan": "finite_number",
}
LENGTHS = {
    "min_length": ("string_too_short", "too_short"),
    "max_length": ("string_too_long", "too_long"),
}


def list_patterns(schema: Any) -> Iterator[str]:
    """The patterns of texts in something of this form."""
    if isinstance(schema, dict):
        yield from (schema[name] for name in ("pattern",) if isinstance(schema.get(name), str))
        schema = [part for name, part in schema.items() if name != "metadata"]
    if isinstance(schema, list | tuple):
        for part in schema:
            yield from list_patterns(part)


def list_errors(schema: Any) -> Iterator[str]:
    """The types of error that something of this form can raise."""
    if isinstance(schema, dict):
        kind = schema.get("type")
        if isinstance(kind, str):
            yield from RAISES[kind]
            yield from (error for limit, error in LIMITS.items() if limit in schema)
            yield from (names[kind != "str"] for limit, names in LENGTHS.items() if limit in schema)
        below = [value for name, value in schema.items() if name not in ("metadata", "config")]
    elif isinstance(schema, list | tuple):
        below = [*schema]
    else:
        return
    for part in below:
        yield from list_errors(part)


@pytest.mark.parametrize("contract", BODIES, ids=lambda contract: str(contract.__name__))
def test_every_error_of_a_body_has_a_sentence(contract: type[RequestContract]) -> None:
    raised = set(list_errors(contract.__pydantic_core_schema__))
    assert "missing" in raised
    assert raised - SENTENCES.keys() - {*OWN} == set()
    assert set(list_patterns(contract.__pydantic_core_schema__)) <= FORMS.keys()


async def test_every_error_of_a_parameter_has_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: set[str] = set()
    for route in await _list_routes(monkeypatch):
        for field in (*route.dependant.query_params, *route.dependant.path_params):
            kind: Any = field.field_info.annotation
            raised |= set(list_errors(TypeAdapter(kind).core_schema))
            limited = TypeAdapter[Any](field.field_info.rebuild_annotation())
            raised |= set(list_errors(limited.core_schema))
            assert set(list_patterns(limited.core_schema)) <= FORMS.keys()
    assert {"int_parsing", "less_than_equal", "string_pattern_mismatch"} <= raised
    assert raised - SENTENCES.keys() - {*OWN} == set()


async def _list_routes(monkeypatch: pytest.MonkeyPatch) -> list[APIRoute]:
    """The routes of the application, which stand on parts that nothing asks."""
    made: list[FastAPI] = []

    def note(app: FastAPI, *_: object, **__: object) -> None:
        made.append(app)

    monkeypatch.setattr(app_module, "complete_document", note)
    with suppress(Exception):
        await recording._read_openapi()
    included = (getattr(route, "original_router", None) for route in made[0].routes)
    routes = (route for router in included if router for route in router.routes)
    return [route for route in routes if isinstance(route, APIRoute)]
