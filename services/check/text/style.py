"""How the cells of a column are written: all in one script, all in one pattern, or neither."""

import re
from collections.abc import Iterable, Sequence

from schemas.table.letter import is_mark
from services.check.text.script import find_script, is_foreign

ALIKE_FROM_CELLS = 3


def find_common_script(cells: Sequence[str]) -> str | None:
    """The script that all cells are written in; None where they differ or are too few."""
    said = [cell for cell in cells if cell.strip()]
    script = find_script(said) if len(said) >= ALIKE_FROM_CELLS else None
    return None if any(is_foreign(cell, script) for cell in said) else script


def find_common_shape(cells: Sequence[str]) -> str | None:
    """The pattern of cells that are all codes of one kind, as AB-12 and XY-7; None for others."""
    said = [cell for cell in cells if cell.strip()]
    shapes = {shape(cell) for cell in said}
    if len(said) < ALIKE_FROM_CELLS or len(shapes) != 1:
        return None
    common = shapes.pop()
    return common if "9" in common else None


def find_unlike(cells: Iterable[str], common: str | None) -> tuple[int, ...]:
    """Which cells, counted from 1, are written in another pattern than all the existing ones."""
    numbered = enumerate(cells, 1) if common else ()
    return tuple(number for number, cell in numbered if cell and shape(cell) != common)


def shape(cell: str) -> str:
    """The pattern of a cell: AB-12 and XY-7 are both A-9."""
    classes = "".join(
        "9" if c.isdigit() else "A" if c.isupper() else "a" if c.isalpha() else c
        for c in cell.strip()
        if c.isascii() or not is_mark(c)
    )
    return re.sub(r"(.)\1+", r"\1", classes)
