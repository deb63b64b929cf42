"""Answers brought into the shape of the JSON schema that a request carries."""

import random
from typing import Any

Schema = dict[str, Any]

_DEPTH_LIMIT = 12
_WORDS = ("demo", "sample text", "made up", "placeholder text")
_JSON_TYPES: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}


class SchemaFiller:
    """Fills one schema; `$ref` is looked up in the schema itself."""

    def __init__(self, schema: Schema, rng: random.Random) -> None:
        self._root = schema
        self._rng = rng

    def conform(self, answer: Any) -> Any:
        """Return an answer with the properties of the schema, in its order, absent ones filled."""
        return self._conform(answer, self._root) if self._root else answer

    def fill(self) -> Any:
        """Return any value that the schema allows."""
        return self._fill(self._root, 0)

    def _conform(self, answer: Any, schema: Schema) -> Any:
        schema = self._choose(self._resolve(schema), answer)
        if isinstance(answer, dict) and "properties" in schema:
            return {
                key: self._conform(answer[key], part) if key in answer else self._fill(part, 0)
                for key, part in schema["properties"].items()
            }
        if isinstance(answer, list) and answer and not isinstance(answer[0], str):
            items = schema.get("items", {})
            return [self._conform(item, items) for item in answer]
        return answer

    def _choose(self, schema: Schema, answer: Any) -> Schema:
        options = [self._resolve(option) for option in schema.get("anyOf", ())]
        wanted = _JSON_TYPES.get(type(answer))
        return next((option for option in options if option.get("type") == wanted), schema)

    def _resolve(self, schema: Schema) -> Schema:
        place = schema.get("$ref")
        if not isinstance(place, str):
            return schema
        found: Any = self._root
        for step in place.removeprefix("#/").split("/"):
            found = found.get(step, {}) if isinstance(found, dict) else {}
        return found if isinstance(found, dict) else {}

    def _fill(self, schema: Schema, depth: int) -> Any:
        schema = self._resolve(schema)
        if depth > _DEPTH_LIMIT:
            return None
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._rng.choice(schema["enum"])
        for word in ("anyOf", "oneOf", "allOf"):
            if schema.get(word):
                return self._fill(self._pick_option(schema[word]), depth + 1)
        return self._fill_type(schema, depth)

    def _pick_option(self, options: list[Schema]) -> Schema:
        resolved = [self._resolve(option) for option in options]
        return next((option for option in resolved if option.get("type") != "null"), resolved[0])

    def _fill_type(self, schema: Schema, depth: int) -> Any:
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), "null")
        if kind == "object":
            parts = schema.get("properties", {})
            return {key: self._fill(part, depth + 1) for key, part in parts.items()}
        if kind == "array":
            size = max(int(schema.get("minItems", 1)), 0)
            return [self._fill(schema.get("items", {}), depth + 1) for _ in range(min(size, 50))]
        return self._fill_scalar(kind, schema)

    def _fill_scalar(self, kind: str, schema: Schema) -> Any:
        if kind in ("integer", "number"):
            low = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
            number = self._rng.randint(int(low), int(schema.get("maximum", int(low) + 100)))
            return number if kind == "integer" else float(number)
        if kind == "boolean":
            return self._rng.random() < 0.5
        if kind == "null":
            return None
        text = "2025-01-06" if schema.get("format") == "date" else self._rng.choice(_WORDS)
        return text[: schema.get("maxLength", 500)].ljust(schema.get("minLength", 0), ".")
