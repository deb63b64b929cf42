"""Every way in which a value can break what the document says of it, read from the document."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import filterfalse
from typing import Any

from jsonschema_rs import Draft202012Validator

Schema = Mapping[str, Any]

MOMENT = "2026-01-02T03:04:05Z"
ID = "0b5d4e1e-8f3c-4c1a-9c1e-2f0d7a6b5c4d"
RIGHT = ("https://app.example/", "a", ID, MOMENT, "0" * 12)
WRONG = ("", " ", ",", "!", "unheard of", "yesterday", "2026-01-02T03:04:05", ID[:-1])
LAX: tuple[tuple[str, Any], ...] = (
    ("string", "7"),
    ("number", 7),
    ("boolean", True),
    ("array", []),
    ("null", None),
)
"""What a lax reader would take for something else."""
UNKNOWN = "unheardOf"


@dataclass(frozen=True)
class Wrong:
    """A value with one thing wrong.

    Attributes:
        at: JSON Pointer to what is wrong in it.
        why: In a word.
    """

    at: str
    value: Any
    why: str


class Document:
    """What the document says of values."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._components = document["components"]

    def compile(self, schema: Schema) -> Callable[[Any], bool]:
        """What tells whether it allows a value."""
        whole = {**schema, "components": self._components}
        return Draft202012Validator(whole, validate_formats=True).is_valid

    def list_wrong(self, schema: Schema) -> Iterator[Wrong]:
        """Values that each break it in one way: of another kind, too long, out of range, nested."""
        branches = list(self._list_branches(schema))
        yield from self._list_other_kinds(branches)
        for branch in branches:
            match branch.get("type"):
                case "object":
                    yield from self._list_wrong_objects(branch)
                case "array":
                    yield from self._list_wrong_lists(branch)
                case _:
                    yield from _list_wrong_values(branch)

    def list_wrong_texts(self, schema: Schema) -> Iterator[Wrong]:
        """Texts that each break it in one way, as an address or a header has them."""
        for branch in self._list_branches(schema):
            if branch.get("type") in ("integer", "number", "boolean"):
                yield Wrong("", "perhaps", "kind")
            for wrong in _list_wrong_values(branch):
                yield Wrong("", str(wrong.value), wrong.why)

    def make_right(self, schema: Schema) -> Any:
        """The least that it allows."""
        branch = next(iter(self._list_branches(schema)))
        match branch.get("type"):
            case "object":
                required = branch.get("required", ())
                return {name: self.make_right(branch["properties"][name]) for name in required}
            case "array":
                return [self.make_right(branch["items"])] * branch.get("minItems", 0)
            case "string":
                choice = branch.get("enum", (branch["const"],) if "const" in branch else RIGHT)
                return next(filter(_compile_text(branch), choice))
            case "boolean":
                return False
            case _:
                return branch.get("minimum", 1)

    def _list_branches(self, schema: Schema) -> Iterator[Schema]:
        """What it may be, each without references; null apart."""
        if reference := schema.get("$ref"):
            name = reference.rpartition("/")[2]
            beside = {word: said for word, said in schema.items() if word != "$ref"}
            schema = {**self._components["schemas"][name], **beside}
        choices = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
        if schema.get("type") == "object" or not choices:
            yield schema
            return
        rest = {word: said for word, said in schema.items() if word not in ("anyOf", "oneOf")}
        for choice in choices:
            yield from self._list_branches({**rest, **choice})

    def _list_other_kinds(self, branches: list[Schema]) -> Iterator[Wrong]:
        kinds = {"number" if b["type"] == "integer" else b["type"] for b in branches}
        others = (value for kind, value in LAX if kind not in kinds)
        yield Wrong("", next(others), "kind")
        if "null" not in kinds:
            yield Wrong("", None, "null")

    def _list_wrong_objects(self, schema: Schema) -> Iterator[Wrong]:
        right, fields = self.make_right(schema), schema.get("properties", {})
        if schema.get("additionalProperties") is False:
            yield Wrong(f"/{UNKNOWN}", {**right, UNKNOWN: 1}, "unknown")
        for name in schema.get("required", ()):
            less = {field: value for field, value in right.items() if field != name}
            yield Wrong(f"/{name}", less, "missing")
        named = schema.get("additionalProperties") or None
        for name, field in [*fields.items(), *([("any", named)] if named else ())]:
            for wrong in self.list_wrong(field):
                yield Wrong(f"/{name}{wrong.at}", {**right, name: wrong.value}, wrong.why)

    def _list_wrong_lists(self, schema: Schema) -> Iterator[Wrong]:
        item = self.make_right(schema["items"])
        if schema.get("minItems"):
            yield Wrong("", [], "too few")
        if "maxItems" in schema:
            yield Wrong("", [item] * (schema["maxItems"] + 1), "too many")
        for wrong in self.list_wrong(schema["items"]):
            yield Wrong(f"/0{wrong.at}", [wrong.value], wrong.why)


def _list_wrong_values(schema: Schema) -> Iterator[Wrong]:
    """By the limits of a text, a number or a truth value."""
    if "minimum" in schema:
        yield Wrong("", schema["minimum"] - 1, "too small")
    if "exclusiveMinimum" in schema:
        yield Wrong("", schema["exclusiveMinimum"], "too small")
    if "maximum" in schema:
        yield Wrong("", schema["maximum"] + 1, "too large")
    if schema.get("type") == "integer":
        yield Wrong("", 1.5, "no whole number")
    if "maxLength" in schema:
        yield Wrong("", "x" * (schema["maxLength"] + 1), "too long")
    if schema.get("type") == "string":
        yield from (Wrong("", t, f"text {t!r}") for t in filterfalse(_compile_text(schema), WRONG))


def _compile_text(schema: Schema) -> Callable[[Any], bool]:
    return Draft202012Validator(dict(schema), validate_formats=True).is_valid
