"""Every example of the document as TypeScript: each must be of the type that was made for it."""

import json
from collections.abc import Iterator
from typing import Any

JSON_TYPE = "application/json"
HEAD = 'import type { operations } from "./api.js";\n'


def write_examples(document: dict[str, Any]) -> str:
    """A module that holds all of them, each with its type said."""
    found = [*_list_bodies(document), *_list_answers(document)]
    lines = (f"export const e{n}: {kind} = {text};" for n, (kind, text) in enumerate(found))
    return HEAD + "\n".join(lines) + "\n"


def _list_bodies(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for operation in _list_operations(document):
        if body := operation.get("requestBody"):
            held = f'NonNullable<operations["{operation["operationId"]}"]["requestBody"]>'
            yield (
                f'{held}["content"]["{JSON_TYPE}"]',
                json.dumps(body["content"][JSON_TYPE]["example"]),
            )


def _list_answers(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for operation in _list_operations(document):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get(JSON_TYPE, {})
            if "example" in content:
                held = f'operations["{operation["operationId"]}"]["responses"][{status}]'
                yield f'{held}["content"]["{JSON_TYPE}"]', json.dumps(content["example"])


def _list_operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in document["paths"].values():
        yield from operations.values()
