"""One cell: from what the model wrote to the canonical value of its column's type."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from schemas.table.context import DataType
from services.check.table.column import CheckedColumn
from services.check.text.boolean import CANONICAL, read_boolean
from services.check.text.folding import fold
from services.check.text.hygiene import has_hidden, has_markup, strip_markup, tidy
from services.check.text.moment import read_moment
from services.check.text.number import drop_remark, read_number
from services.check.text.placeholder import is_placeholder

MAX_CELL_CHARS = 500

_IMAGE = re.compile(
    r"https?://[^\s\"'<>|]+\.(?:jpe?g|png|gif|webp|svg|bmp|ico|tiff?)(?:\?[^\s\"'<>|]*)?"
    r"(?:\|[0-9]{1,5}x[0-9]{1,5})?",
    re.IGNORECASE,
)
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
        value: The canonical value, "" for none; None when the cell does not fit its type.
        repairs: Ids of the checks whose repair has changed it.
    """

    value: str | None
    repairs: tuple[str, ...] = ()


def judge(cell: str, column: CheckedColumn) -> Judged:
    """Bring a cell into the form of its column's type. A canonical value stays as it is."""
    clean = _clean(cell, column)
    repairs = tuple(_say_cleaned(cell, clean, column))
    if not clean or clean == cell == _member(clean, column):
        return Judged(clean, repairs)
    if is_placeholder(clean) and _member(clean, column) is None:
        return Judged("", (*repairs, "C13"))
    if column.is_blank:
        return Judged("", (*repairs, "C03"))
    value, check = _READERS[column.data_type](clean, column)
    return Judged(value, repairs if value in (None, clean) else (*repairs, check))


def _clean(cell: str, column: CheckedColumn) -> str:
    if column.has_markup or column.data_type is DataType.IMAGEURL:
        return tidy(cell, multi_line=column.is_multi_line)
    return strip_markup(cell, multi_line=column.is_multi_line)


def _say_cleaned(cell: str, clean: str, column: CheckedColumn) -> Iterator[str]:
    if has_hidden(cell) or (has_markup(cell) and clean != tidy(cell, multi_line=True)):
        if not column.has_markup:
            yield "C18"
    elif clean != cell:
        yield "C10"


def _read_text(cell: str, column: CheckedColumn) -> tuple[str | None, str]:
    if column.spelling and (spelt := read_boolean(cell, column.spelling)) is not None:
        return spelt, "C10"
    return cell[:MAX_CELL_CHARS].strip(), "C10"


def _read_number(cell: str, column: CheckedColumn) -> tuple[str | None, str]:
    whole = column.data_type is DataType.INTEGER
    number = read_number(cell, column.name, whole=whole)
    if number is not None:
        return number, "C10"
    return read_number(drop_remark(cell), column.name, whole=whole), "C12"


def _read_moment(cell: str, column: CheckedColumn) -> tuple[str | None, str]:
    return read_moment(cell), "C10"


def _read_boolean(cell: str, column: CheckedColumn) -> tuple[str | None, str]:
    return read_boolean(cell, column.spelling or CANONICAL), "C10"


def _read_enum(cell: str, column: CheckedColumn) -> tuple[str | None, str]:
    return _member(cell, column), "C11"


def _read_image(cell: str, column: CheckedColumn) -> tuple[str | None, str]:
    is_ours = _IMAGE.fullmatch(cell) and cell.partition("|")[0] in column.urls
    return cell if is_ours else "", "C18"


def _member(cell: str, column: CheckedColumn) -> str | None:
    """The enum's member that a cell means, spelt as the enum spells it."""
    if cell in column.enum_values:
        return cell
    word = fold(cell)
    return next((member for member in column.enum_values if fold(member) == word), None)


_READERS: dict[DataType, Callable[[str, CheckedColumn], tuple[str | None, str]]] = {
    DataType.TEXT: _read_text,
    DataType.INTEGER: _read_number,
    DataType.DECIMAL: _read_number,
    DataType.DATETIME: _read_moment,
    DataType.BOOLEAN: _read_boolean,
    DataType.ENUM: _read_enum,
    DataType.IMAGEURL: _read_image,
}
