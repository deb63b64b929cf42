"""One cell: from what the model wrote to what may be proposed.

A value is changed only where that is certain: into the form of a type that somebody has given, or
into the way in which the column writes its cells. Otherwise it is kept as it is, and that is said.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from schemas.table.context import DataType
from schemas.table.suggestion import MAX_CELL_CHARS
from services.check.measure.unit import is_unit
from services.check.table.column import CheckedColumn, Read
from services.check.table.moment_cell import read_moment_cell, read_moment_loosely
from services.check.table.number_cell import read_number_cell, read_number_loosely
from services.check.text.address import is_address, is_program
from services.check.text.boolean import read_boolean, rewrite_boolean
from services.check.text.folding import fold, identify
from services.check.text.hygiene import strip_markup, tidy
from services.check.text.placeholder import (
    is_mark,
    is_placeholder,
    is_sign,
    is_unknown,
    name_placeholder,
)

_IMAGE = re.compile(
    r"https?://[^\s\"'<>|]+\.(?:jpe?g|png|gif|webp|svg|bmp|ico|tiff?)(?:\?[^\s\"'<>|]*)?"
    r"(?:\|[0-9]{1,5}x[0-9]{1,5})?",
    re.IGNORECASE,
)
ODD = frozenset({"C13", "C14"})
"""The checks that keep a cell, and say so."""

UNFIT = {
    DataType.INTEGER: "not a whole number",
    DataType.DECIMAL: "not a number",
    DataType.DATETIME: "not a date, or not clear which",
    DataType.BOOLEAN: "neither true nor false",
    DataType.ENUM: "none of the column's values",
    DataType.IMAGEURL: "no image address of the table's own",
    DataType.TEXT: "no text",
}
"""What a cell is that does not fit its type."""


@dataclass(frozen=True)
class Judged:
    """What a cell came to.

    Attributes:
        value: What may be proposed, "" for nothing; None when the cell does not fit its type.
        repairs: Ids of the checks that have changed it.
        flags: Ids of the checks that have kept it though it is odd.
    """

    value: str | None
    repairs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def judge(cell: str, column: CheckedColumn) -> Judged:
    """Bring a cell into the form of its column. What comes out is left as it is the next time."""
    if cell in column.known or cell in column.enum_values:
        return Judged(cell)
    clean, repairs = _clean(cell, column)
    if not clean:
        return Judged("", repairs)
    if clean in column.known:
        return Judged(cell) if column.is_padded else Judged(clean, repairs)
    if _says_nothing(clean, column):
        if column.is_identity:
            return Judged(clean, repairs, ("C13",))
        return Judged("", (*repairs, "C13"))
    if column.is_blank:
        return Judged("", (*repairs, "C03"))
    judged = _cut(_read(clean, repairs, column))
    is_as_it_was = judged.value == clean == cell.strip()
    return replace(judged, value=cell, repairs=()) if column.is_padded and is_as_it_was else judged


def _read(cell: str, repairs: tuple[str, ...], column: CheckedColumn) -> Judged:
    """What a clean cell is in its column; where no type was given, it is kept in any case."""
    readers = _READERS if column.is_declared else _LOOSE_READERS
    value, check = readers[column.data_type](cell, column)
    if value is None:
        return Judged(None, repairs) if column.is_declared else Judged(cell, repairs, ("C14",))
    if value != cell:
        return Judged(value, (*repairs, check))
    return Judged(value, repairs, (check,) if check in ODD else ())


def _cut(judged: Judged) -> Judged:
    if judged.value is None or len(judged.value) <= MAX_CELL_CHARS:
        return judged
    return replace(
        judged, value=judged.value[:MAX_CELL_CHARS].strip(), repairs=(*judged.repairs, "C20")
    )


def _clean(cell: str, column: CheckedColumn) -> tuple[str, tuple[str, ...]]:
    trimmed = clean = cell.strip()
    if not column.has_hidden:
        clean = (tidy if _keeps_markup(cell, column) else strip_markup)(cell)
    if clean != trimmed:
        return clean, ("C18",)
    return clean, () if clean == cell else ("C10",)


def _keeps_markup(cell: str, column: CheckedColumn) -> bool:
    """Whether a cell may have links and markup: as its column has, where it is one of addresses."""
    if column.data_type is DataType.IMAGEURL:
        return True
    if column.has_addresses:
        return is_address(cell) or (column.has_markup and not is_program(cell))
    return column.has_markup


def _says_nothing(cell: str, column: CheckedColumn) -> bool:
    """Whether a cell is a placeholder, and no value that the column has."""
    is_text = column.data_type in (DataType.TEXT, DataType.ENUM)
    if is_text and column.is_declared and not column.is_suggested:
        return False
    if is_text and column.has_signs and is_sign(cell):
        return False
    is_none = is_mark if is_text or column.is_identity else is_placeholder
    return (is_none(cell) or (column.is_identity and is_unknown(cell))) and _is_new(cell, column)


def _is_new(cell: str, column: CheckedColumn) -> bool:
    """Whether a placeholder is no value that the column has."""
    return name_placeholder(cell) not in column.used and _member(cell, column) is None


def _read_text(cell: str, column: CheckedColumn) -> Read:
    is_own = column.is_declared and not column.is_suggested
    return cell, "C13" if not is_own and is_unknown(cell) and _is_new(cell, column) else ""


def _read_boolean(cell: str, column: CheckedColumn) -> Read:
    return read_boolean(cell, column.spelling), "C10"


def _read_enum(cell: str, column: CheckedColumn) -> Read:
    return _member(cell, column), "C11"


def _read_image(cell: str, column: CheckedColumn) -> Read:
    # A page loads an image by itself: an address that a model makes up would carry cells away.
    is_ours = _IMAGE.fullmatch(cell) and cell.partition("|")[0] in column.urls
    return cell if is_ours else "", "C18"


def _read_boolean_loosely(cell: str, column: CheckedColumn) -> Read:
    return rewrite_boolean(cell, column.spelling), "C10"


def _read_enum_loosely(cell: str, column: CheckedColumn) -> Read:
    return None, ""


def _member(cell: str, column: CheckedColumn) -> str | None:
    """The enum's member that a cell means, spelt as the enum spells it."""
    same = identify(cell)
    alike = [member for member in column.enum_values if identify(member) == same]
    if not alike and (len(cell) == 1 or not is_unit(cell)):
        # MW is not mW; NO is No, and s is S.
        alike = [member for member in column.enum_values if fold(member) == fold(cell)]
    return alike[0] if len(alike) == 1 else None


_Reader = Callable[[str, CheckedColumn], Read]
_READERS: dict[DataType, _Reader] = {
    DataType.TEXT: _read_text,
    DataType.INTEGER: read_number_cell,
    DataType.DECIMAL: read_number_cell,
    DataType.DATETIME: read_moment_cell,
    DataType.BOOLEAN: _read_boolean,
    DataType.ENUM: _read_enum,
    DataType.IMAGEURL: _read_image,
}
_LOOSE_READERS: dict[DataType, _Reader] = _READERS | {
    DataType.INTEGER: read_number_loosely,
    DataType.DECIMAL: read_number_loosely,
    DataType.DATETIME: read_moment_loosely,
    DataType.BOOLEAN: _read_boolean_loosely,
    DataType.ENUM: _read_enum_loosely,
}
"""Of a column whose type nobody has given, which writes only what can be nothing else its way."""
