"""What the document's schemas say, in words that fit a line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ATTRIBUTES = "\nAttributes:\n"
ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
"""How a docstring tells of a field; Google's style, as in all of our code."""

BOUNDS = (
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "more than {}"),
    ("maximum", "at most {}"),
    ("minLength", "{} characters or more"),
    ("maxLength", "up to {} characters"),
    ("minItems", "{} or more of them"),
    ("maxItems", "up to {} of them"),
)


@dataclass(frozen=True)
class Property:
    """A field of a schema.

    Attributes:
        kind: Its type in words, without its bounds.
        refers_to: The schema that it is made of; None for plain values.
        bounds: What its values may be, "" where all may.
    """

    name: str
    kind: str
    refers_to: str | None
    bounds: str
    is_required: bool
    text: str


@dataclass(frozen=True)
class Schema:
    """A named schema.

    Attributes:
        words: What it may be, where it is one of some words.
    """

    name: str
    text: str
    properties: tuple[Property, ...]
    words: tuple[str, ...]


def read_schemas(document: Mapping[str, Any]) -> tuple[Schema, ...]:
    """All named schemas, by name."""
    schemas = document["components"]["schemas"]
    return tuple(_read_schema(name, schemas[name]) for name in sorted(schemas))


def _read_schema(name: str, schema: Mapping[str, Any]) -> Schema:
    text, _, attributes = schema.get("description", "").partition(ATTRIBUTES)
    told = {_camel(field): " ".join(said.split()) for field, said in ATTRIBUTE.findall(attributes)}
    required = schema.get("required", ())
    properties = tuple(
        Property(
            name=field,
            kind=name_kind(inner),
            refers_to=find_reference(inner),
            bounds=say_bounds(inner),
            is_required=field in required,
            text=inner.get("description") or told.get(field, ""),
        )
        for field, inner in schema.get("properties", {}).items()
    )
    return Schema(name, text.strip(), properties, tuple(map(str, schema.get("enum", ()))))


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def name_kind(schema: Mapping[str, Any]) -> str:
    """The type of a schema, such as `list of string or null`."""
    if "$ref" in schema:
        return _name_reference(schema["$ref"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(name_kind(inner) for inner in schema[several]))
    kind = str(schema.get("type", "any value"))
    if kind == "array":
        return f"list of {name_kind(schema.get('items', {}))}"
    inner = schema.get("additionalProperties")
    if kind == "object" and isinstance(inner, Mapping):
        return f"object of {name_kind(inner)}"
    return str(schema.get("format", kind))


def find_reference(schema: Any) -> str | None:
    """The first named schema within one, None where there is none."""
    return next(_list_references(schema), None)


def _list_references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield _name_reference(schema["$ref"])
        for inner in schema.values():
            yield from _list_references(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _list_references(inner)


def _name_reference(reference: str) -> str:
    return reference.rpartition("/")[2]


def say_bounds(schema: Mapping[str, Any]) -> str:
    """What a value may be, such as `at least 1, at most 86400, default 3600`."""
    told = [how.format(schema[word]) for word, how in BOUNDS if word in schema]
    default = schema.get("default")
    if isinstance(default, (str, int, float)) and default != "":
        told.append(f"default {str(default).lower() if isinstance(default, bool) else default}")
    return ", ".join(told)
