"""Brings what a model has written into the form that its schema asks for, where that is certain.

Lists and objects that stand there as a text, an object where a list of one is due, a list where an
object that holds it is due, a wrapper around the whole, another spelling of a name. Values stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pydantic_core import from_json

from services.llm.json.fit import Fit, judge_fit
from services.llm.json.named_cell import (
    Headers,
    flatten_cells,
    flatten_rows,
    fold,
    is_cells,
    list_keyed,
    name_columns,
    order_cells,
    pick_fields,
    read_rows,
)
from services.llm.json.slip import list_open
from services.llm.json.text import find_mended, find_runs, find_values, is_bare, read_json

MAX_WRAPPERS = 3
CERTAIN_NAMES = 3
NOTHING = frozenset({"", "null", "none"})

Node = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """The form of an answer.

    Attributes:
        schema: The strict JSON Schema that the model was asked by.
        wanted: The schema of this one call, with what is wanted of it; None where that is the same.
        headers: The columns that cells are of, in their order; () where they are not known.
    """

    schema: Node
    wanted: Node | None = None
    headers: Headers = ()

    def find_answer(self, said: Any) -> Node | None:
        """The answer in what a model said: in a text, or as the object itself.

        Of several it is the one that fits best, the last of those that fit as well. None where
        there is none.
        """
        if not isinstance(said, str):
            return self._fit(said) or self._gather([said])
        found = self._choose(map(self._fit, find_values(said)))
        if found is None:
            found = self._choose(map(self._fit, find_mended(said)))
        elif not any(found.values()) and is_cut_off(said):
            # A draft without content, and what was to follow it is not whole.
            return None
        return found or self._gather_lines(said)

    def judge(self, answer: Node) -> Fit:
        """How well an answer fits: the greater the better."""
        return judge_fit(answer, self.wanted or self.schema)

    def _choose(self, found: Iterable[Node | None]) -> Node | None:
        fitting = [answer for answer in found if answer is not None]
        # The greatest, and of equals the last.
        return (
            max(reversed(fitting), key=self.judge)
            if len(fitting) > 1
            else next(iter(fitting), None)
        )

    def _fit(self, value: Any, wrappers: int = MAX_WRAPPERS) -> Node | None:
        """The value in this form, also from within a wrapper; None where it is something else."""
        if isinstance(value, str):
            value = _read(value)
        # An answer may name the columns itself whose cells it tells by header.
        knowing = replace(self, headers=self.headers or name_columns(value))
        moulded = knowing._mould(value, self.schema) if self._is_answer(value) else None
        if isinstance(moulded, dict):
            return moulded
        if not wrappers or not isinstance(value, dict | list):
            return None
        return self._choose(self._fit(item, wrappers - 1) for item in self._list_inner(value))

    def _list_inner(self, value: Node | list[Any]) -> list[Any]:
        """What a wrapper may hold. A cell is a value, whatever it looks like."""
        if isinstance(value, list):
            return [item for item in value if not isinstance(item, str)]
        definitions = (self.schema, *self.schema.get("$defs", {}).values())
        names = {fold(name) for node in definitions for name in node.get("properties", {})}
        items = value.items()
        return [item for name, item in items if not (isinstance(item, str) and fold(name) in names)]

    def _gather_lines(self, text: str) -> Node | None:
        """The answer whose rows a text has one after the other, without what should hold them."""
        lists_too = is_bare(text)
        runs = [run for run in find_runs(text) if lists_too or isinstance(run[0], dict)]
        return self._choose(self._gather(run) for run in runs)

    def _gather(self, items: list[Any]) -> Node | None:
        """The answer that holds these items where they belong; None where that is not clear."""
        held: Node = {}
        for item in items:
            holder = self._find_holder(self.schema, [item])
            if holder is None or not self._is_item(item, holder):
                return None
            held.setdefault(holder, []).append(item)
        moulded = self._mould(held, self.schema) if held else None
        return moulded if isinstance(moulded, dict) else None

    def _is_item(self, value: Any, holder: str) -> bool:
        """Whether a value is most of an item, and little else."""
        if isinstance(value, list):
            return all(isinstance(cell, str) for cell in value)
        item = self._resolve(self.schema["properties"][holder].get("items", {}), None)
        if self._is_by_header(value, item):
            return True
        names = set(map(fold, item.get("properties", {})))
        given = set(map(fold, value))
        seen = len(names & given)
        return seen >= min(2, len(names)) and 2 * seen >= len(given)

    def _is_answer(self, value: Any) -> bool:
        properties = self.schema.get("properties", {})
        if isinstance(value, list):
            is_of_items = bool(value) and isinstance(value[0], dict | list)
            return is_of_items and self._find_holder(self.schema, value) is not None
        if not isinstance(value, dict):
            return False
        seen = len(pick_fields(value, properties))
        return not properties or seen >= min(CERTAIN_NAMES, max(1, len(properties) // 2))

    def _mould(self, value: Any, node: Node) -> Any:
        if "anyOf" in node and isinstance(value, str) and value.strip().lower() in NOTHING:
            return None
        node = self._resolve(node, value)
        match node.get("type"):
            case "object":
                return self._mould_object(value, node)
            case "array":
                return self._mould_list(value, node.get("items", {}))
        return value

    def _mould_object(self, value: Any, node: Node) -> Any:
        value = _read(value) if isinstance(value, str) else value
        if isinstance(value, list):
            holder = self._find_holder(node, value)
            value = {holder: value} if holder else value
        properties: Node = node.get("properties", {})
        if not isinstance(value, dict) or not properties:
            return value
        given = pick_fields(value, properties)
        for name, child in properties.items():
            if name in given or child.get("type") == "array":
                given[name] = self._mould(given.get(name), child)
        return given

    def _mould_list(self, value: Any, item: Node) -> Any:
        if isinstance(value, str):
            read = _read(value)
            value = read if isinstance(read, dict | list) or not value.strip() else value
        if value is None or value == "":
            return []
        is_of_objects = self._resolve(item, None).get("type") == "object"
        if item.get("type") == "string":
            return self._mould_cells(value)
        if isinstance(value, dict) and is_of_objects:
            value = list_keyed(value, self._resolve(item, None), self.headers) or [value]
        if isinstance(value, list) and is_of_objects:
            value = [child for child in flatten_rows(value) if child is not None]
            value = read_rows(value, self._resolve(item, None), self.headers)
        if not isinstance(value, list):
            return value
        return [self._mould(child, item) for child in value]

    def _mould_cells(self, value: Any) -> Any:
        if isinstance(value, dict):
            if value and all(str(name).isdecimal() for name in value):
                return [value[name] for name in sorted(value, key=int)]
            return order_cells(value, self.headers) or value
        return flatten_cells(value, self.headers)

    def _find_holder(self, node: Node, items: list[Any]) -> str | None:
        """The property of an object to which a bare list belongs; None where that is not clear."""
        lists = {
            name: self._resolve(child.get("items", {}), None)
            for name, child in node.get("properties", {}).items()
            if child.get("type") == "array"
        }
        fitting = [name for name, item in lists.items() if items and self._suits(items[0], item)]
        return fitting[0] if len(fitting) == 1 else None

    def _suits(self, value: Any, item: Node) -> bool:
        if item.get("type") != "object":
            return isinstance(value, str)
        if isinstance(value, list):
            return self._find_holder(item, value) is not None
        names = set(map(fold, item.get("properties", {})))
        if not isinstance(value, dict):
            return False
        return self._is_by_header(value, item) or bool(names & set(map(fold, value)))

    def _is_by_header(self, value: Node, item: Node) -> bool:
        is_row = any(map(is_cells, item.get("properties", {}).values()))
        return is_row and order_cells(value, self.headers) is not None

    def _resolve(self, node: Node, value: Any) -> Node:
        """The node itself: what it refers to, and of alternatives the one that is not null."""
        if "$ref" in node:
            return self._resolve(self.schema.get("$defs", {})[node["$ref"].split("/")[-1]], value)
        if "anyOf" in node:
            if value is None:
                return {}
            others = [child for child in node["anyOf"] if child.get("type") != "null"]
            return self._resolve(others[0], value)
        return node


def is_cut_off(text: str) -> bool:
    """Whether a text ends within an object that is right as far as it goes."""
    begin = next((place for place in list_open(text) if text[place] == "{"), None)
    if begin is None:
        return False
    try:
        from_json(text[begin:], allow_partial=True)
    except ValueError:
        return False
    return True


def _read(text: str) -> Any:
    """The JSON that a text is; the text itself where it is none."""
    if not text.lstrip().startswith(("{", "[", '"{', '"[', '"\\"')):
        return text
    try:
        read = read_json(text.strip())[0]
        return _read(read) if isinstance(read, str) else read
    except ValueError:
        return next(find_mended(text), text)
