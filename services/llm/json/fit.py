"""How well a value fits the schema that a model was asked by: to choose where it has said several.

That it holds something counts before that this is more than an example's dots, then that its lists
are as long as was asked for, then that its values are of the kind that is due.
"""

import re
from collections.abc import Iterator
from typing import Any

STAND_IN = re.compile(r"\.\.\.|…|string|value|<[^<>]*>|", re.IGNORECASE)
"""What stands in an example for what would stand there."""

Node = dict[str, Any]
Fit = tuple[bool, bool, bool, float]
"""The greater the better."""


def judge_fit(value: Node, schema: Node) -> Fit:
    """How well a value that was brought into the form of a schema fits it.

    Args:
        schema: Of one call, where that is known: with the length of lists.
    """
    seen = _Seen(schema)
    seen.look_at(value, schema)
    is_real = any(_is_real(leaf) for leaf in _list_leaves(value))
    share = seen.fitting / seen.count if seen.count else 0.0
    return any(map(bool, value.values())), is_real, not seen.has_wrong_length, share


def _is_real(leaf: Any) -> bool:
    return not isinstance(leaf, str) or STAND_IN.fullmatch(leaf.strip()) is None


def _list_leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _list_leaves(child)
    elif value is not None:
        yield value


class _Seen:
    """What was seen of a value: how many of its parts are there and of the right kind."""

    def __init__(self, schema: Node) -> None:
        self._definitions = schema.get("$defs", {})
        self.count = 0
        self.fitting = 0
        self.has_wrong_length = False

    def look_at(self, value: Any, node: Node) -> None:
        if "$ref" in node:
            node = self._definitions.get(node["$ref"].split("/")[-1], {})
        if "anyOf" in node:
            if value is None:
                return
            node = next((kind for kind in node["anyOf"] if kind.get("type") != "null"), {})
        if "anyOf" in node or "$ref" in node:
            self.look_at(value, node)
            return
        match node.get("type"):
            case "object" if isinstance(value, dict):
                for name, child in node.get("properties", {}).items():
                    self.look_at(value.get(name), child)
            case "array" if isinstance(value, list):
                self._look_at_list(value, node)
            case kind:
                self.count += 1
                self.fitting += isinstance(value, str) if kind == "string" else kind is None

    def _look_at_list(self, value: list[Any], node: Node) -> None:
        least, most = node.get("minItems", 0), node.get("maxItems", len(value))
        self.has_wrong_length |= not least <= len(value) <= most
        for item in value:
            self.look_at(item, node.get("items", {}))
