"""Tells what a later release has written from what nobody has.

A field that is added breaks no reader. A field that changes its meaning raises the version in the
header `schema`, and a header never does: a new meaning gets a new name.
"""

import re
from typing import Any

from pydantic import ValidationError

from schemas.open_enum import WORD

SCHEMA = re.compile(r"(?P<name>[a-z-]+)/(?P<version>[0-9]{1,9})")


def is_schema_ahead(schema: str, ours: str) -> bool:
    """Whether a header `schema` names a later version of our contract.

    Args:
        schema: As it was read; "" when the writer gave none.
        ours: For instance "stage-record/1".
    """
    read, known = SCHEMA.fullmatch(schema), SCHEMA.fullmatch(ours)
    if read is None or known is None or read["name"] != known["name"]:
        return False
    return int(read["version"]) > int(known["version"])


def is_value_ahead(error: ValidationError) -> bool:
    """Whether all that is wrong with a value are words that its enums do not have yet."""
    problems = error.errors(include_url=False, include_context=False)
    return all(map(_is_unknown_word, problems))


def _is_unknown_word(problem: Any) -> bool:
    word = problem["input"]
    is_word = isinstance(word, str) and WORD.fullmatch(word) is not None
    return problem["type"] == "enum" and is_word
