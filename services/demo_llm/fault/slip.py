"""Small mistakes that models make in answers that are good otherwise, each one check's business."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.demo_llm.request.prompt_table import PromptTable

_NUMBERS = ("integer", "decimal")
_BIDI = "\u202e"


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer, opened where mistakes can be made; what is changed here changes the answer.

    Attributes:
        answer: The answer itself.
        columns: The columns it proposes.
        lines: The cells of each row that it gives.
        types: The type of each cell of a line, by place.
        headers: The names that the table has already.
    """

    answer: dict[str, Any]
    columns: list[dict[str, Any]]
    lines: list[list[str]]
    types: tuple[str, ...]
    headers: tuple[str, ...]

    def find_place(self, *types: str) -> int | None:
        """Return the last place whose cells are of one of these types; None without one."""
        places = [place for place, kind in enumerate(self.types) if kind in types]
        return places[-1] if places and self.lines else None

    def change(self, place: int | None, change: Callable[[str], str]) -> bool:
        """Change the cell at a place of the last line that has a value there, if any."""
        for line in reversed(self.lines):
            if place is not None and place < len(line) and line[place]:
                line[place] = change(line[place])
                return True
        return False


def open_sheet(answer: dict[str, Any], table: PromptTable | None) -> Sheet:
    """Open an answer of any stage."""
    leads = [answer[key] for key in ("primary", "secondary") if answer.get(key)]
    columns = [*answer.get("columns", ()), *leads]
    items = [*answer.get("rows", ()), *answer.get("fill", ())]
    lines = [item["cells"] for item in items if item.get("cells")]
    if answer.get("sampleRow"):
        lines.append(answer["sampleRow"])
    present = table.columns if table else ()
    asked = table.list_into() if table and not columns else ()
    told = [column.data_type or "text" for column in asked or present]
    types = [column["dataType"] for column in columns] or told
    return Sheet(answer, columns, lines, tuple(types), tuple(column.name for column in present))


def slip(sheet: Sheet, name: str, rng: random.Random) -> None:
    """Make the named mistake, or for `slips` one that this answer has room for."""
    if name != "slips":
        _SLIPS[name](sheet)
        return
    for candidate in rng.sample(sorted(_SLIPS), len(_SLIPS)):
        if _SLIPS[candidate](sheet):
            return


def _rename(name: str) -> Callable[[Sheet], bool]:
    def rename(sheet: Sheet) -> bool:
        if sheet.columns:
            sheet.columns[-1]["name"] = name
        return bool(sheet.columns)

    return rename


def _duplicate_header(sheet: Sheet) -> bool:
    names = [*sheet.headers, *(column["name"] for column in sheet.columns[:-1])]
    return bool(names) and _rename(f" {names[0].upper()}")(sheet)


def _rename_first(sheet: Sheet) -> bool:
    if sheet.columns:
        sheet.columns[0]["name"] = f"Other {sheet.columns[0]['name']}"
    return bool(sheet.columns)


def _drop_last(key: str) -> Callable[[Sheet], bool]:
    def drop(sheet: Sheet) -> bool:
        items = sheet.answer.get(key)
        if items:
            items.pop()
        return bool(items)

    return drop


def _drop_column(sheet: Sheet) -> bool:
    is_dropped = _drop_last("columns")(sheet)
    for line in sheet.lines if is_dropped else ():
        line.pop()
    return is_dropped


def _shorten_row(sheet: Sheet) -> bool:
    if sheet.lines:
        sheet.lines[-1].pop()
    return bool(sheet.lines)


def _blank_primary(sheet: Sheet) -> bool:
    is_row = bool(sheet.answer.get("rows") and sheet.lines)
    return is_row and sheet.change(0, lambda cell: "")


def _repeat_row(sheet: Sheet) -> bool:
    rows = sheet.answer.get("rows") or []
    if len(rows) > 1:
        rows[-1]["cells"] = list(rows[0]["cells"])
    return len(rows) > 1


def _change(change: Callable[[str], str], *types: str) -> Callable[[Sheet], bool]:
    return lambda sheet: sheet.change(sheet.find_place(*types), change)


def _repeat_value(sheet: Sheet) -> bool:
    place = len(sheet.types) - 1
    lines = [line for line in sheet.lines if 0 < place < len(line)]
    for line in lines:
        line[place] = lines[0][place]
    return len(lines) > 1


_SLIPS: dict[str, Callable[[Sheet], bool]] = {
    "blank-header": _rename("  "),
    "duplicate-header": _duplicate_header,
    "generic-header": _rename("Column 7"),
    "missing-column": _drop_column,
    "missing-fill": _drop_last("fill"),
    "short-row": _shorten_row,
    "missing-row": _drop_last("rows"),
    "blank-primary": _blank_primary,
    "repeated-row": _repeat_row,
    "wrong-type": _change(lambda cell: "about twelve", *_NUMBERS, "datetime", "boolean"),
    "unit": _change(lambda cell: f"{cell} km", *_NUMBERS),
    "outside-enum": _change(lambda cell: "Something else", "enum"),
    "enum-case": _change(lambda cell: f" {cell.swapcase()} ", "enum"),
    "decorated": _change(lambda cell: f"{cell} (Phobos, Deimos)", *_NUMBERS, "text"),
    "placeholder": _change(lambda cell: "N/A", "text", *_NUMBERS),
    "constant": _repeat_value,
    "changed-primary": _rename_first,
    "url": _change(lambda cell: f"{cell} http://example.com/x", "text"),
    "bidi": _change(lambda cell: f"{cell[:1]}{_BIDI}{cell[1:]}", "text"),
}
