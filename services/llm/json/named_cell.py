"""Reads rows that a model has written by header or by key, where it was asked for cells in order.

Only where it is certain which cell belongs to which column: each name is that of one column, or, of
a table whose columns are not known here, all rows have the same names in the same order.
"""

import re
from typing import Any

Node = dict[str, Any]
Headers = tuple[tuple[str, ...], ...]
"""The columns that cells are of, in their order: the names that each may be called by."""

KEY = re.compile(r"(?:row|item|entry|r)?[ _#-]*\d{1,4}", re.IGNORECASE)
VALUES = ("value", "cell", "text", "content")


def fold(name: str) -> str:
    """A name in a spelling that all of its spellings share."""
    return name.replace("_", "").replace("-", "").replace(" ", "").lower()


def pick_fields(value: Node, properties: Node) -> Node:
    """What an object tells of these properties, in any spelling; of a list one item will do."""
    names = {fold(name): name for name in properties}
    picked = {names[fold(key)]: item for key, item in value.items() if fold(key) in names}
    lists = {fold(name).removesuffix("s"): name for name in properties if name not in picked}
    for key, item in value.items():
        name = "" if fold(key) in names else lists.get(fold(key), "")
        node = properties.get(name, {})
        is_item = node.get("type") == "array" and (is_cells(node) or isinstance(item, dict | list))
        if is_item:
            picked[name] = item
    return picked


def order_cells(told: Node, headers: Headers) -> list[Any] | None:
    """The cells of a row that tells them by header, in order; None where that is not certain.

    A column that is not told is empty.
    """
    named = {fold(str(name)): value for name, value in told.items()}
    if len(named) < len(told) or any(isinstance(value, dict | list) for value in named.values()):
        return None
    placed = [next((n for n in map(fold, names) if n in named), None) for names in headers]
    found = {place for place in placed if place is not None}
    # The same header twice, names of no column beside columns that are not told, or none at all.
    if len(found) < sum(place is not None for place in placed) or not found:
        return None
    if len(found) < len(headers) and len(found) < len(named):
        return None
    return ["" if place is None else named[place] for place in placed]


def find_headers(rows: list[Any]) -> Headers:
    """The names by which all of these rows tell their cells; () where they differ or are one."""
    told = [tuple(row) for row in rows if isinstance(row, dict)]
    is_same = len(set(told)) == 1 and len(told[0]) > 1
    return tuple((str(name),) for name in told[0]) if is_same else ()


def name_columns(answer: Any) -> Headers:
    """The columns that an answer proposes, by name; () where it does not name each."""
    told = answer.get("columns") if isinstance(answer, dict) else None
    columns = told if isinstance(told, list) else []
    names = [column.get("name") if isinstance(column, dict) else None for column in columns]
    return tuple((str(name),) for name in names) if all(names) else ()


def flatten_cells(cells: Any, headers: Headers) -> Any:
    """The cells of a row that were written as a list or an object each, or one list too deep."""
    if isinstance(cells, str) and len(headers) == 1:
        return [cells]
    if not isinstance(cells, list) or not cells:
        return cells
    if len(cells) == 1 and isinstance(cells[0], list):
        return cells[0]
    if all(isinstance(cell, list) and len(cell) == 1 for cell in cells):
        return [cell[0] for cell in cells]
    if all(isinstance(cell, dict) for cell in cells):
        return _list_told(cells, headers) or cells
    return cells


def _list_told(cells: list[Node], headers: Headers) -> list[Any] | None:
    """The cells of a row that are objects; None where it is not certain which is which."""
    values = [_read_cell(cell) for cell in cells]
    if any(isinstance(value, dict | list) for value in values):
        return None
    names = [_name_cell(cell) for cell in cells]
    if headers and all(names):
        told = {str(name): value for name, value in zip(names, values, strict=True)}
        return order_cells(told, headers) if len(told) == len(cells) else None
    return values


def flatten_rows(rows: list[Any]) -> list[Any]:
    """The rows in a list that holds nothing but the list of them."""
    while len(rows) == 1 and _is_list_of_rows(rows[0]):
        rows = rows[0]
    return rows


def list_keyed(rows: Node, item: Node, headers: Headers) -> list[Any] | None:
    """The items in an object that has them by key, or the rows in one that has columns by header.

    None where it is something else: an item itself, for instance.

    Args:
        item: The schema of an item.
    """
    names = set(map(fold, item.get("properties", {})))
    values = list(rows.values())
    if not values or names & set(map(fold, rows)):
        return None
    if len(values) == 1 and _is_list_of_rows(values[0]):
        return list(values[0])
    if all(isinstance(value, list) for value in values):
        columns = order_cells(dict.fromkeys(rows, ""), headers)
        if columns is not None and len(values) == len(headers) > 1:
            return _turn(rows, headers)
    if all(map(_is_decimal, rows)):
        rows = {name: rows[name] for name in sorted(rows, key=int)}
    elif not all(isinstance(v, dict) for v in values) and not all(map(KEY.fullmatch, rows)):
        return None
    if not all(isinstance(value, dict | list) for value in values):
        return None
    key = _find_key(item.get("properties", {}))
    return [_with_key(child, key, name, item) for name, child in rows.items()]


def is_cells(node: Node) -> bool:
    """Whether a property is a list of texts."""
    return node.get("type") == "array" and node.get("items", {}).get("type") == "string"


def read_rows(rows: list[Any], item: Node, headers: Headers) -> list[Any]:
    """The items of a list, with their cells in order where they were told by header.

    Args:
        item: The schema of an item.
    """
    lists = [name for name, node in item.get("properties", {}).items() if is_cells(node)]
    if len(lists) != 1:
        return rows
    names = set(map(fold, item["properties"]))
    told = [_find_cells(row, names, fold(lists[0])) for row in rows]
    headers = headers or find_headers(told)
    both = zip(rows, told, strict=True)
    return [_with_cells(row, cells, lists[0], headers) for row, cells in both]


def _find_cells(row: Any, names: set[str], cells: str) -> Any:
    """What a row tells by other names than it should; None where it does not."""
    if not isinstance(row, dict):
        return None
    told = next((value for name, value in row.items() if fold(name) == cells), None)
    if told is None:
        told = {name: value for name, value in row.items() if fold(name) not in names}
        only = next(iter(told.values())) if len(told) == 1 else None
        if isinstance(only, list) and not any(isinstance(cell, dict | list) for cell in only):
            return only  # its cells, by another name
        return told or None
    return told if isinstance(told, dict) else None


def _with_cells(row: Any, told: Any, name: str, headers: Headers) -> Any:
    cells = order_cells(told, headers) if isinstance(told, dict) else told
    return row if cells is None else {**row, name: cells}


def _find_key(properties: Node) -> str | None:
    """What tells an item apart, and may stand as its name instead; None for nothing."""
    texts = [name for name, node in properties.items() if node.get("type") == "string"]
    return "name" if "name" in texts else next(iter(texts), None)


def _with_key(child: Any, key: str | None, name: str, item: Node) -> Any:
    """An item with the key that it stood by."""
    if key is None:
        return child
    if isinstance(child, dict):
        return child if fold(key) in map(fold, child) else {key: name, **child}
    lists = [n for n, node in item["properties"].items() if node.get("type") == "array"]
    return {key: name, lists[0]: child} if len(lists) == 1 else child


def _turn(columns: Node, headers: Headers) -> list[Any] | None:
    """Rows of columns that are told by header; None where one is longer than another."""
    named = {fold(name): cells for name, cells in columns.items()}
    ordered = [next(named[n] for n in map(fold, names) if n in named) for names in headers]
    is_even = len({len(cells) for cells in ordered}) == 1
    return [list(row) for row in zip(*ordered, strict=True)] if is_even else None


def _read_cell(cell: Node) -> Any:
    """The value of a cell that is an object: the only one, or what is called so."""
    if len(cell) == 1:
        return next(iter(cell.values()))
    return next((cell[name] for name in VALUES if name in cell), cell)


def _name_cell(cell: Node) -> Any:
    """The column that a cell says it is of; None where it says none."""
    if len(cell) == 1:
        return next(iter(cell))
    others = [value for name, value in cell.items() if name not in VALUES]
    return others[0] if len(others) == 1 and isinstance(others[0], str) else None


def _is_list_of_rows(value: Any) -> bool:
    items = value if isinstance(value, list) else []
    return bool(items) and all(isinstance(item, list | dict) for item in items)


def _is_decimal(name: Any) -> bool:
    return str(name).isdecimal()
