"""Two suggestions as tables that stand side by side, cell beside cell.

Which stage has made them is not asked: a list is a table with an item a row, and all else of a
suggestion is a table of names and values.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, TypeVar

from pydantic_core import from_json

from services.replay.comparison.pair import Pair

MAX_ROWS = 60
MAX_COLUMNS = 24
"""Of a table, so many are shown, those that differ first of all; the page says what is not."""

VALUES = "values"
CELLS = "cells"

Texts = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True)
class CellPair:
    """A cell before and now; None on the side that has none."""

    before: str | None
    now: str | None

    @property
    def differs(self) -> bool:
        """Whether it is another one now."""
        return (self.before or "") != (self.now or "")


@dataclass(frozen=True)
class GridRow:
    """A row of both tables, by its place from 1, or its name."""

    name: str
    cells: tuple[CellPair, ...]

    @property
    def differs(self) -> bool:
        """Whether any of its cells does."""
        return any(cell.differs for cell in self.cells)


@dataclass(frozen=True)
class Grid:
    """Two tables with the same columns and rows.

    Attributes:
        name: Of the part of the suggestion.
        hidden_rows, hidden_columns: How many more there are.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[GridRow, ...]
    hidden_rows: int = 0
    hidden_columns: int = 0

    @property
    def differing(self) -> int:
        """How many of its cells differ."""
        return sum(cell.differs for row in self.rows for cell in row.cells)


def make_grids(pair: Pair) -> tuple[Grid, ...]:
    """The tables of a pair, those without a difference left out; none where both sides fail."""
    before, now = (
        _read(None if pair.before is None else pair.before.suggestion),
        _read(None if pair.now is None else pair.now.suggestion),
    )
    return tuple(grid for grid in _make_all(before, now) if grid.differing)


def _read(suggestion: bytes | None) -> Mapping[str, Any]:
    value = {} if suggestion is None else from_json(suggestion)
    return value if isinstance(value, dict) else {VALUES: value}


def _make_all(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Grid]:
    names = list(dict.fromkeys((*before, *now)))
    lists = [n for n in names if _is_table(before.get(n)) or _is_table(now.get(n))]
    for name in lists:
        yield _make_table(name, _list(before.get(name)), _list(now.get(name)))
    old, new = (_flatten({n: s[n] for n in s if n not in lists}) for s in (before, now))
    paths = dict.fromkeys((*old, *new))
    yield _make(VALUES, [(path, _find(old, path), _find(new, path)) for path in paths])


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _find(texts: Texts, path: str) -> Texts:
    return {VALUES: texts[path]} if path in texts else {}


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict | list) for item in value)


def _make_table(name: str, before: Sequence[Any], now: Sequence[Any]) -> Grid:
    items = enumerate(zip_longest(before, now), 1)
    return _make(name, [(str(at), _flatten(one), _flatten(other)) for at, (one, other) in items])


def _make(name: str, told: Sequence[tuple[str, Texts, Texts]]) -> Grid:
    header = list(dict.fromkeys(key for _, *sides in told for side in sides for key in side))
    said = [key for key in header if any(side.get(key) for _, *sides in told for side in sides)]
    columns = _keep(
        said, MAX_COLUMNS, lambda key: any(a.get(key) != b.get(key) for _, a, b in told)
    )
    rows = [
        GridRow(at, tuple(CellPair(one.get(key), other.get(key)) for key in columns))
        for at, one, other in told
    ]
    shown = _keep(rows, MAX_ROWS, lambda row: row.differs)
    return Grid(
        name, tuple(columns), tuple(shown), len(rows) - len(shown), len(said) - len(columns)
    )


def _keep(items: Sequence[T], most: int, is_wanted: Callable[[T], bool]) -> list[T]:
    """So many items in their order, the wanted ones first of all."""
    if len(items) <= most:
        return list(items)
    ranked = sorted(range(len(items)), key=lambda at: (not is_wanted(items[at]), at))
    return [items[at] for at in sorted(ranked[:most])]


def _flatten(value: Any, path: str = "") -> Texts:
    """The values of a tree by their paths. Cells are numbered from 1; other lists are one text."""
    if value is None:
        return {}
    if isinstance(value, dict):
        parts = ((_join(path, key), item) for key, item in value.items())
        return {at: text for name, item in parts for at, text in _flatten(item, name).items()}
    if isinstance(value, list) and path.rpartition(" ")[2] == CELLS:
        return {f"cell {at}": _tell(item) for at, item in enumerate(value, 1)}
    return {path: _tell(value)}


def _join(path: str, name: str) -> str:
    return f"{path} {name}" if path else name


def _tell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " · ".join(value)
    return json.dumps(value, ensure_ascii=False)
