"""What a schema says, in words."""

from typing import Any

import pytest

from services.gateway.reference.schema import find_reference, name_kind, read_schemas, say_bounds

JOB = {"$ref": "#/components/schemas/Job"}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"oneOf": [JOB, JOB]}, "Job"),
        ({"type": "array", "items": JOB}, "list of Job"),
        ({"type": "array"}, "list of any value"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "object of integer"),
        ({"type": "object", "additionalProperties": False}, "object"),
        ({"enum": ["a", "b"]}, "a | b"),
        ({"const": "stage-record/1"}, '"stage-record/1"'),
        ({}, "any value"),
    ],
)
def test_the_kind_of_a_schema(schema: dict[str, Any], kind: str) -> None:
    assert name_kind(schema) == kind


@pytest.mark.parametrize(
    ("schema", "bounds"),
    [
        ({"minimum": 1, "maximum": 200, "default": 50}, "at least 1, at most 200, default 50"),
        ({"maxLength": 64}, "up to 64 characters"),
        ({"type": "boolean", "default": False}, "default false"),
        ({"default": ""}, ""),
        ({"default": None}, ""),
        ({"default": 0}, "default 0"),
    ],
)
def test_the_bounds_of_a_schema(schema: dict[str, Any], bounds: str) -> None:
    assert say_bounds(schema) == bounds


def test_a_schema_refers_to_the_first_named_one_within_it() -> None:
    assert find_reference({"anyOf": [{"type": "array", "items": JOB}, {"type": "null"}]}) == "Job"
    assert find_reference({"type": "string"}) is None


def test_what_a_docstring_says_of_a_field_stands_beside_it() -> None:
    text = (
        "A wish.\n\nAttributes:\n    deadline_s: After so many\n        seconds.\n    tag: A word."
    )
    fields = {"deadlineS": {"type": "integer"}, "tag": {"type": "string"}, "other": {}}
    schema = {"description": text, "properties": fields, "required": ["tag"]}
    (read,) = read_schemas({"components": {"schemas": {"Wish": schema}}})
    told = {field.name: (field.text, field.is_required) for field in read.properties}
    assert read.text == "A wish."
    assert told == {
        "deadlineS": ("After so many seconds.", False),
        "tag": ("A word.", True),
        "other": ("", False),
    }
