"""What the address of a page says beside its path."""

from collections.abc import Sequence
from typing import TypeVar

from starlette.requests import Request

from schemas.kafka.headers import cut
from schemas.open_enum import OpenEnum
from services.gateway.api.problem import refuse_parameter

MAX_SHOWN_BYTES = 64

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
