"""Examples of answers, one for each contract: what a gateway has said, in `example.json`."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("example.json")
PREFIX = "#/components/schemas/"


@cache
def load_examples() -> Mapping[str, Any]:
    """The examples, by the name of the contract."""
    examples: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return examples


def find_example(schema: Mapping[str, Any]) -> Any:
    """The example of what a schema refers to; None where there is none."""
    referred = [schema, *schema.get("anyOf", ())]
    names = [one["$ref"].removeprefix(PREFIX) for one in referred if "$ref" in one]
    return next((load_examples()[name] for name in names if name in load_examples()), None)
