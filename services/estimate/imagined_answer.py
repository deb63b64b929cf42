"""An answer as a model would give it, for its length: all that the schema of a call asks for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

SENTENCES = {
    "why": "It tells what people who keep such a table look for, and the other columns do not say.",
    "description": "What is known of it, written in the same way in all of the rows.",
    "meaning": "What the column holds.",
}
"""Texts that models write at length, by the property that holds them."""


@dataclass
class ImaginedAnswer:
    """Fills a schema in: with as many items as it wants, none of them twice.

    Attributes:
        cell_chars: How long a text is that is no sentence.
    """

    cell_chars: int
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fill(self, schema: dict[str, Any]) -> Any:
        """The answer to a `response_format`'s schema."""
        return self._fill(schema, schema.get("$defs", {}), "", 0)

    def _fill(self, node: dict[str, Any], known: dict[str, Any], name: str, place: int) -> Any:
        if "$ref" in node:
            node = {**known[node["$ref"].rpartition("/")[2]], **node}
        if "enum" in node:
            return node["enum"][place % len(node["enum"])]
        if "anyOf" in node:
            return None  # what is wanted is no choice any more
        match node.get("type"):
            case "object":
                parts = node["properties"].items()
                return {part: self._fill(below, known, part, place) for part, below in parts}
            case "array":
                forms = node.get("prefixItems") or [node["items"]] * node.get("minItems", 0)
                return [self._fill(form, known, name, item) for item, form in enumerate(forms)]
        return SENTENCES.get(name) or self._write_text()

    def _write_text(self) -> str:
        return f"estimate {next(self._numbers)}".ljust(self.cell_chars, "x")
