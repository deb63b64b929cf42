"""What the address of a page says beside its path."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from starlette.requests import Request

from schemas.kafka.headers import cut
from schemas.open_enum import OpenEnum
from services.gateway.api.problem import refuse_parameter

MAX_SHOWN_BYTES = 64
MAX_TEXT = 500

T = TypeVar("T", bound=OpenEnum)


def read_choice(request: Request, name: str, choices: Sequence[T]) -> T | None:
    """One of some words; None where none is named, as by the first line of a choice.

    Raises:
        ProblemError: 422; it is another one.
    """
    said = request.query_params.get(name, "")
    if not said:
        return None
    for one in choices:
        if one.value == said:
            return one
    told = f"{cut(said, MAX_SHOWN_BYTES)!r} is none of {', '.join(choices)}"
    raise refuse_parameter(name, told)


def read_count(request: Request, name: str, default: int, most: int) -> int:
    """A whole number from 0; the default where none is given.

    Raises:
        ProblemError: 422; it is none, or more than the most. Likewise the others.
    """
    text = request.query_params.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise refuse_parameter(name, f"give a whole number from 0 to {most}")
    return int(text)


def read_id(request: Request, name: str) -> UUID | None:
    """An id; None where none is given."""
    text = request.query_params.get(name, "").strip()
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise refuse_parameter(name, "is no id") from error


def read_text(request: Request, name: str) -> str | None:
    """A text; None where none is given."""
    text = request.query_params.get(name, "").strip()
    if len(text) > MAX_TEXT:
        raise refuse_parameter(name, f"is longer than {MAX_TEXT} characters")
    return text or None
