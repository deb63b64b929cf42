"""A column as cells are judged by it: its working type, and what its existing cells are like."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from services.check.text.boolean import Spelling, find_spelling, read_boolean
from services.check.text.header import is_free
from services.check.text.hygiene import has_hidden, has_markup
from services.check.text.moment import read_moment
from services.check.text.number import drop_remark, read_number
from services.check.text.placeholder import is_placeholder
from services.check.text.style import find_common_script, find_common_shape

MAJORITY = 0.5
URL = re.compile(r"https?://[^\s\"'<>|)\]]+", re.IGNORECASE)
NONE_ALLOWED: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CheckedColumn:
    """A column by which cells are judged.

    Attributes:
        data_type: The working type: the given one, or what most of its cells are.
        enum_values: The members of an enum; () for every other type.
        spelling: How a cell spells true and false, where it is a yes or no at all.
        is_multi_line: Whether it has cells of more than one line.
        has_markup: Whether it has links or markup, which new cells may then have too.
        is_blank: Whether it is a place held free: New Column 2, without a value in any row.
        script: The script in which all its cells are written; None where they differ.
        shape: The pattern in which all its cells are written, where they are codes of one kind.
        urls: The only addresses that a cell may hold.
    """

    key: str
    name: str
    data_type: DataType = DataType.TEXT
    enum_values: tuple[str, ...] = ()
    spelling: Spelling | None = None
    is_multi_line: bool = False
    has_markup: bool = False
    is_blank: bool = False
    script: str | None = None
    shape: str | None = None
    urls: frozenset[str] = field(default=NONE_ALLOWED, repr=False)


def make_column(
    column: FinalColumn,
    cells: Sequence[str],
    *,
    reading: DataType | None = None,
    urls: frozenset[str] = NONE_ALLOWED,
) -> CheckedColumn:
    """Learn what a column is like.

    Args:
        cells: Its existing cells.
        reading: The type that an earlier stage has read, for a column whose type nobody has given.
        urls: The addresses in the user's table.
    """
    data_type = column.data_type or (
        reading if reading and fits(reading, cells, column.name) else infer_type(cells, column.name)
    )
    is_text = data_type is DataType.TEXT
    members = column.enum_values or ()
    if data_type is DataType.ENUM and not members:
        members = tuple(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
    return CheckedColumn(
        key=column.key,
        name=column.name,
        data_type=DataType.TEXT if data_type is DataType.ENUM and not members else data_type,
        enum_values=members if data_type is DataType.ENUM else (),
        spelling=_spelling(column, data_type, cells),
        is_multi_line=any("\n" in cell.strip() for cell in cells),
        has_markup=not column.is_suggested and any(map(has_markup, cells)),
        is_blank=not column.is_suggested
        and is_free(column.name)
        and not any(cell.strip() for cell in cells),
        script=None if column.is_suggested else find_common_script(cells),
        shape=find_common_shape(cells) if is_text and not column.is_suggested else None,
        urls=urls,
    )


def infer_type(cells: Iterable[str], header: str = "") -> DataType:
    """The type that most of the cells have; text when none has a majority. Enums are not guessed.

    A cell counts as what it is without its unit or remark, and a placeholder counts as nothing.
    """
    said = _say(cells)
    for kind in (DataType.DECIMAL, DataType.DATETIME, DataType.BOOLEAN):
        share = _share(kind, said, header)
        if share > MAJORITY:
            is_whole = kind is DataType.DECIMAL and _share(DataType.INTEGER, said, header) == share
            return DataType.INTEGER if is_whole else kind
    return DataType.TEXT


def fits(kind: DataType, cells: Iterable[str], header: str = "") -> bool:
    """Whether at least half of the cells, if there are any, can be read as a type."""
    said = _say(cells)
    return not said or _share(kind, said, header) >= MAJORITY


def list_urls(texts: Iterable[str]) -> frozenset[str]:
    """The addresses in texts."""
    return frozenset(url for text in texts if "//" in text for url in URL.findall(text))


def _say(cells: Iterable[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip() and not is_placeholder(cell)]


def _share(kind: DataType, said: list[str], header: str) -> float:
    hits = sum(_is_of(kind, cell, header) for cell in said)
    return hits / len(said) if said else 0.0


def _is_of(kind: DataType, cell: str, header: str) -> bool:
    match kind:
        case DataType.INTEGER | DataType.DECIMAL:
            whole = kind is DataType.INTEGER
            return read_number(drop_remark(cell), header, whole=whole) is not None
        case DataType.DATETIME:
            return read_moment(cell) is not None
        case DataType.BOOLEAN:
            return read_boolean(cell) is not None
        case DataType.IMAGEURL:
            return bool(URL.match(cell))
    return not has_hidden(cell)


def _spelling(column: FinalColumn, data_type: DataType, cells: Sequence[str]) -> Spelling | None:
    """A declared boolean is written as the app's editor does, another as its cells are."""
    if column.data_type in (None, DataType.TEXT) and not column.is_suggested:
        is_boolean = data_type is DataType.BOOLEAN or infer_type(cells) is DataType.BOOLEAN
        return find_spelling(cells) if is_boolean else None
    return None
