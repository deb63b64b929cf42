"""One cell: from what the model wrote to what may be proposed.

A value is changed only where that is certain: into the form of a type that somebody has given, or
into the way in which the column writes its cells. Otherwise it is kept as it is, and that is said.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from schemas.table.context import DataType
from schemas.table.suggestion import MAX_CELL_CHARS
from services.check.table.column import CheckedColumn
from services.check.table.inference import has_unit
from services.check.text.boolean import read_boolean, rewrite_boolean
from services.check.text.folding import fold
from services.check.text.hygiene import strip_markup, tidy
from services.check.text.moment import read_moment
from services.check.text.moment_style import is_day
from services.check.text.number import drop_remark, is_ambiguous, is_plain, read_number
from services.check.text.number_style import NumberStyle
from services.check.text.placeholder import is_mark, is_placeholder, name_placeholder
from services.check.text.style import loose_shape, shape

DAY_SHAPES = frozenset({"9-9-9", "9/9/9", "9.9.9"})

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
        value: What may be proposed, "" for nothing; None when the cell does not fit its type.
        repairs: Ids of the checks that have changed it.
        flags: Ids of the checks that have kept it though it is odd.
    """

    value: str | None
    repairs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


Read = tuple[str | None, str]
"""What a cell is in its column, None where it does not fit; and the check that has changed it."""


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
    return Judged(value, repairs, ("C14",) if check == "C14" else ())


def _cut(judged: Judged) -> Judged:
    if judged.value is None or len(judged.value) <= MAX_CELL_CHARS:
        return judged
    return replace(
        judged, value=judged.value[:MAX_CELL_CHARS].strip(), repairs=(*judged.repairs, "C20")
    )


def _clean(cell: str, column: CheckedColumn) -> tuple[str, tuple[str, ...]]:
    trimmed = clean = cell.strip()
    if not column.has_hidden:
        keeps_markup = column.has_markup or column.data_type is DataType.IMAGEURL
        clean = (tidy if keeps_markup else strip_markup)(cell)
    if clean != trimmed:
        return clean, ("C18",)
    return clean, () if clean == cell else ("C10",)


def _says_nothing(cell: str, column: CheckedColumn) -> bool:
    """Whether a cell is a placeholder, and no value that the column has."""
    is_text = column.data_type in (DataType.TEXT, DataType.ENUM)
    if is_text and column.is_declared and not column.is_suggested:
        return False
    if not (is_mark if is_text or column.is_identity else is_placeholder)(cell):
        return False
    return name_placeholder(cell) not in column.used and _member(cell, column) is None


def _read_text(cell: str, column: CheckedColumn) -> Read:
    return cell, ""


def _read_number(cell: str, column: CheckedColumn) -> Read:
    style, whole = column.numbers, column.data_type is DataType.INTEGER
    number = style.read(cell) if style else None
    if style and number is not None and (not whole or _is_whole(number, style)):
        return cell, ""
    if _is_written_alike(cell, column) and not is_plain(cell):
        return cell, ""
    if column.has_units and has_unit(cell) and not (style and style.rewrite(cell)):
        # Dollars in a column of euros are no euros.
        return cell, "C14"
    number, check = _read_any_number(cell, column)
    if number is None and not whole and is_ambiguous(cell):
        return cell, "C14"
    return (style.write(number) if style and number is not None else number), check


def _is_whole(number: str, style: NumberStyle) -> bool:
    """Whether a number is whole; 3.0 is where the column writes its whole numbers so."""
    return "." not in number or (not style.is_whole and not number.partition(".")[2].strip("0"))


def _read_any_number(cell: str, column: CheckedColumn) -> Read:
    whole = column.data_type is DataType.INTEGER
    if (number := read_number(cell, column.name, whole=whole, comma=column.comma)) is not None:
        return number, "C10"
    without = drop_remark(cell)
    return read_number(without, column.name, whole=whole, comma=column.comma), "C12"


def _read_moment(cell: str, column: CheckedColumn) -> Read:
    if (column.days and column.days.read(cell)) or _is_written_alike(cell, column):
        return cell, ""
    written = read_moment(cell, day_first=_find_day_first(column))
    if written is None and is_day(cell):
        # It is a day, and nobody can tell which.
        return cell, "C14"
    return (column.days.rewrite(written) if column.days and written else None) or written, "C10"


def _read_boolean(cell: str, column: CheckedColumn) -> Read:
    return read_boolean(cell, column.spelling), "C10"


def _read_enum(cell: str, column: CheckedColumn) -> Read:
    return _member(cell, column), "C11"


def _read_image(cell: str, column: CheckedColumn) -> Read:
    is_ours = _IMAGE.fullmatch(cell) and cell.partition("|")[0] in column.urls
    return cell if is_ours else "", "C18"


def _read_number_loosely(cell: str, column: CheckedColumn) -> Read:
    style = column.numbers
    if style is None or style.read(cell) is not None:
        return cell, ""
    return style.rewrite(cell), "C10"


def _read_moment_loosely(cell: str, column: CheckedColumn) -> Read:
    if column.days is None:
        return (cell if read_moment(cell) == cell else None), ""
    return cell if column.days.read(cell) else column.days.rewrite(cell), "C10"


def _read_boolean_loosely(cell: str, column: CheckedColumn) -> Read:
    return rewrite_boolean(cell, column.spelling), "C10"


def _read_enum_loosely(cell: str, column: CheckedColumn) -> Read:
    return None, ""


def _find_day_first(column: CheckedColumn) -> bool | None:
    of_cells = column.days.day_first if column.days else None
    return column.locale.day_first if of_cells is None else of_cells


def _is_written_alike(cell: str, column: CheckedColumn) -> bool:
    """Whether a cell has the pattern of one that is there, and is no day that never was."""
    pattern = (shape if column.data_type is DataType.DATETIME else loose_shape)(cell)
    return pattern in column.shapes and (pattern not in DAY_SHAPES or is_day(cell))


def _member(cell: str, column: CheckedColumn) -> str | None:
    """The enum's member that a cell means, spelt as the enum spells it."""
    word = fold(cell)
    return next((member for member in column.enum_values if fold(member) == word), None)


_Reader = Callable[[str, CheckedColumn], Read]
_READERS: dict[DataType, _Reader] = {
    DataType.TEXT: _read_text,
    DataType.INTEGER: _read_number,
    DataType.DECIMAL: _read_number,
    DataType.DATETIME: _read_moment,
    DataType.BOOLEAN: _read_boolean,
    DataType.ENUM: _read_enum,
    DataType.IMAGEURL: _read_image,
}
_LOOSE_READERS: dict[DataType, _Reader] = _READERS | {
    DataType.INTEGER: _read_number_loosely,
    DataType.DECIMAL: _read_number_loosely,
    DataType.DATETIME: _read_moment_loosely,
    DataType.BOOLEAN: _read_boolean_loosely,
    DataType.ENUM: _read_enum_loosely,
}
"""Of a column whose type nobody has given, which writes only what can be nothing else its way."""
