"""Answers that are JSON and wrong all the same, for the faults that a model's content has."""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from services.demo_llm.fault.slip import open_sheet, slip
from services.demo_llm.request.prompt_table import PromptTable

Answer = dict[str, Any]


def spoil(answer: Answer, fault_name: str, table: PromptTable | None, rng: random.Random) -> Answer:
    """Return a copy of an answer with the named fault in it, where it has room for that.

    Args:
        table: The table of the prompt, which tells the types of cells; None where there is none.
    """
    spoiled = deepcopy(answer)
    if fault_name in _SPOILERS:
        return _SPOILERS[fault_name](spoiled)
    slip(open_sheet(spoiled, table), fault_name, rng)
    return spoiled


def _break_schema(answer: Answer) -> Answer:
    if answer:
        answer.pop(next(iter(answer)))
    return answer | {"unexpected": 1}


def _miscount(answer: Answer) -> Answer:
    for items in _list_lists(answer):
        if len(items) > 1:
            items.pop()
        else:
            items.extend(deepcopy(items))
    return answer


def _duplicate(answer: Answer) -> Answer:
    for items in _list_lists(answer):
        if len(items) > 1:
            items[-1] = deepcopy(items[0])
    if answer.get("secondary") and answer.get("primary"):
        answer["secondary"]["name"] = answer["primary"]["name"]
    return answer


def _mistype(answer: Answer) -> Answer:
    """Put words where a number, a date or a choice belongs: in the last cell of each list."""
    for items in _list_lists(answer):
        for item in items:
            if isinstance(item, dict) and item.get("cells"):
                item["cells"][-1] = "about twelve (approx.)"
            if isinstance(item, dict) and "dataType" in item:
                item["dataType"] = "integer"
    return answer


def _list_lists(answer: Answer) -> list[list[Any]]:
    return [value for value in answer.values() if isinstance(value, list) and value]


_SPOILERS: dict[str, Callable[[Answer], Answer]] = {
    "schema": _break_schema,
    "counts": _miscount,
    "duplicates": _duplicate,
    "types": _mistype,
}
