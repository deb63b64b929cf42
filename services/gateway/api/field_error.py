"""Turns what pydantic finds wrong with a body into JSON Pointers and short messages."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from schemas.api.problem import FieldError
from schemas.kafka.headers import cut
from schemas.wrong_value import tell_wrong

MAX_ERRORS = 20
MAX_MESSAGE_BYTES = 200
PATH_AND_MESSAGE = re.compile(r"([A-Za-z][\w-]*(?:/[\w-]+)*): (.*)", re.DOTALL)
"""How our own checks name the field that they refuse, relative to where they stand."""


def list_field_errors(error: ValidationError, body: bytes) -> list[FieldError]:
    """Name each field of a body that is wrong. User text is cut."""
    document = from_json(body)
    found = error.errors(include_url=False, include_input=False)[:MAX_ERRORS]
    told = [_field_error(details, document) for details in found]
    return [one for one in told if not any(_is_within(other, one) for other in told)]


def _is_within(one: FieldError, other: FieldError) -> bool:
    """Whether one says more exactly what is wrong: of a choice, the other is its other forms."""
    return one.pointer.startswith(f"{other.pointer}/")


def _field_error(details: ErrorDetails, document: Any) -> FieldError:
    path, value = _locate(details["loc"], document)
    message = tell_wrong(details)
    if details["type"] == "missing":
        path.append(str(details["loc"][-1]))
    own = PATH_AND_MESSAGE.fullmatch(str(details.get("ctx", {}).get("error", "")))
    if own:
        path += [] if isinstance(value, str) else own.group(1).split("/")  # no text has fields
        message = own.group(2)
    pointer = "".join(f"/{_escape(part)}" for part in path)
    return FieldError(pointer=cut(pointer, MAX_MESSAGE_BYTES), message=_shorten(message))


def _locate(location: Sequence[str | int], document: Any) -> tuple[list[str], Any]:
    """The parts of a location that are in the document, and what it has there.

    Pydantic also names types of a union.
    """
    path = []
    for part in location:
        is_key = isinstance(document, dict) and part in document
        is_index = isinstance(document, list) and isinstance(part, int) and part < len(document)
        if is_key or is_index:
            path.append(str(part))
            document = document[part]
    return path, document


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _shorten(message: str) -> str:
    short = cut(message, MAX_MESSAGE_BYTES)
    return message if short == message else f"{short}..."
