"""Turns what our docstrings say of attributes into what the document says of fields."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic.alias_generators import to_camel

SECTION = re.compile(r"^(?:Attributes|Args|Returns|Raises):$", re.MULTILINE)
ATTRIBUTES = re.compile(r"^Attributes:\n((?:[ ]{4}.*\n?|\n)+)", re.MULTILINE)
ATTRIBUTE = re.compile(r"^[ ]{4}(\w+(?:, \w+)*): (.*(?:\n[ ]{5,}.*)*)", re.MULTILINE)
IN_JSON = {"None": "null", "True": "true", "False": "false"}
OF_PYTHON = re.compile(rf"(?<![-\w])(?:{'|'.join(IN_JSON)})(?![-\w])")

Schema = dict[str, Any]


def describe_fields(schemas: dict[str, Schema]) -> None:
    """Give each field its own description, and take from the schema what is Python's."""
    for schema in schemas.values():
        told = schema.get("description", "")
        fields = schema.get("properties", {})
        for name, words in _list_attributes(told):
            if (field := fields.get(to_camel(name), fields.get(name))) is not None:
                field.setdefault("description", words)
        for field in fields.values():
            field.pop("title", None)  # the field's name, with odd capitals
        if told:
            schema["description"] = _say(SECTION.split(told)[0])


def _list_attributes(told: str) -> Iterator[tuple[str, str]]:
    found = ATTRIBUTES.search(told)
    for names, words in ATTRIBUTE.findall(found[1]) if found else ():
        yield from ((name, _say(words)) for name in names.split(", "))


def _say(words: str) -> str:
    """As somebody reads it who knows JSON and not Python."""
    plain = OF_PYTHON.sub(lambda word: IN_JSON[word[0]], words)
    return "\n\n".join(" ".join(part.split()) for part in plain.strip().split("\n\n"))
