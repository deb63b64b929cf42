"""Where two suggestions differ, cell by cell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

ABSENT = None
"""Stands for a value that is not there on one side."""


@dataclass(frozen=True)
class Difference:
    """A cell, or another value of a suggestion, that is another one now.

    Attributes:
        path: Where it is: names, and positions from 0, between slashes.
    """

    path: str
    before: Any
    after: Any


def find_differences(before: bytes, after: bytes) -> tuple[Difference, ...]:
    """Where two suggestions differ, in their order."""
    if before == after:
        return ()
    return tuple(_compare("", from_json(before), from_json(after)))


def _compare(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from _compare(_join(path, key), before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        for at in range(max(len(before), len(after))):
            yield from _compare(_join(path, str(at)), _item(before, at), _item(after, at))
    elif before is None and _is_tree(after):
        yield from _compare(path, type(after)(), after)
    elif after is None and _is_tree(before):
        yield from _compare(path, before, type(before)())
    elif before != after:
        yield Difference(path, before, after)


def _item(items: list[Any], at: int) -> Any:
    return items[at] if at < len(items) else ABSENT


def _is_tree(value: Any) -> bool:
    return isinstance(value, dict | list) and bool(value)


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name
