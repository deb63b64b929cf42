"""Reads an answer item by item, so that one that has the wrong form does not spoil the others."""

import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json

W = TypeVar("W", bound=BaseModel)

MAX_PROBLEMS = 10


@dataclass(frozen=True)
class Reading(Generic[W]):
    """What could be read of an answer.

    Attributes:
        answer: None when the answer as a whole has the wrong form.
        problems: Where and what is wrong, a line each, without what stands there.
        dropped: How many items were left out.
    """

    answer: W | None
    problems: tuple[str, ...] = ()
    dropped: int = 0


def read_wire(content: str, wire: type[W]) -> Reading[W]:
    """Read an answer, without the items of its lists that have the wrong form."""
    try:
        data = _read_json(content)
    except ValueError:
        return Reading(None, ("the answer is no JSON",))
    problems: tuple[str, ...] = ()
    dropped = 0
    while True:
        try:
            return Reading(wire.model_validate(data), problems, dropped)
        except ValidationError as error:
            errors = error.errors(include_url=False, include_context=False, include_input=False)
        problems = (*problems, *map(_say, errors))[:MAX_PROBLEMS]
        items = {item for item in map(_item, errors) if item is not None}
        if not items or any(_item(problem) is None for problem in errors):
            return Reading(None, problems, dropped)
        dropped += len(items)
        data = _without(data, items)


def _read_json(content: str) -> Any:
    """Read JSON with the digits of its numbers as they stand there; NaN and Infinity are nothing.

    Raises:
        ValueError: It is none.
    """
    # It refuses what the other one takes: half a character, nesting without end.
    from_json(content)
    return json.loads(content, parse_float=str, parse_int=str, parse_constant=lambda name: None)


def _item(problem: ErrorDetails) -> tuple[str, int] | None:
    """The list and the place in it that a problem is about; None for no item of a list."""
    match problem["loc"]:
        case (str(name), int(place), *_):
            return name, place
    return None


def _without(data: dict[str, Any], items: set[tuple[str, int]]) -> dict[str, Any]:
    lists = {name for name, _ in items}
    return data | {
        name: [item for place, item in enumerate(data[name]) if (name, place) not in items]
        for name in lists
    }


def _say(problem: ErrorDetails) -> str:
    where = "/".join(map(str, problem["loc"]))
    return f"{where}: {problem['msg']}" if where else problem["msg"]
