"""A column as cells are judged by it: its working type, and what its existing cells are like."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from schemas.job.final_table import FinalColumn
from schemas.table.context import DataType
from schemas.table.prompt_data import sample
from services.check.calendar.moment_style import (
    MomentStyle,
    find_moment_style,
    has_style,
)
from services.check.measure.number_style import NumberStyle, find_number_style
from services.check.measure.parts import measure, split
from services.check.table.existing_cell import is_any, list_known, list_shapes
from services.check.table.inference import (
    NUMBERS,
    URL,
    agrees,
    find_comma,
    infer_type,
    list_said,
)
from services.check.table.locale import Locale
from services.check.text.address import has_addresses
from services.check.text.boolean import CANONICAL, Spelling, find_spelling
from services.check.text.header import is_free
from services.check.text.hygiene import has_hidden, has_markup
from services.check.text.placeholder import has_signs, is_placeholder, name_placeholder
from services.check.text.style import find_common_script, find_common_shape

# Enough to tell how a column is written; what its type is all cells say.
MAX_CELLS_LOOKED_AT = 120
USED_FROM_CELLS = 2
NONE: frozenset[str] = frozenset()
ANYWHERE = Locale()

Read = tuple[str | None, str]
"""What a cell is in its column, None where it does not fit; and the check that has changed it."""


@dataclass(frozen=True)
class CheckedColumn:
    """A column by which cells are judged.

    Attributes:
        data_type: The working type: the given one, or what all its cells are.
        is_declared: Whether somebody has given the type; otherwise what does not fit is kept.
        is_suggested: Whether a stage proposed the column.
        is_identity: Whether its values identify the rows.
        enum_values: The members of an enum; () for every other type.
        spelling: How a cell of a boolean spells true and false.
        numbers: How all its numbers are written; None where they differ or there are none.
        days: How all its days are written, likewise.
        has_units: Whether a currency or unit stands at some of its numbers.
        comma: Whether its decimal sign is a comma; None where nobody knows.
        known: Those of its existing cells that are odd in it: they may stand there again.
        used: The placeholders that it uses as values, by name.
        has_signs: Whether signs are values in it, as + and - are.
        shapes: The patterns of numbers or days that are written otherwise: (1,234) beside 12.
        is_belied: Whether it has cells, and none of them is a number or day as its type has them.
        has_markup: Whether it has links or markup, which new cells may then have too.
        has_hidden: Whether it has hidden characters, likewise; is_padded: white space at an end.
        is_blank: Whether it is a place held free: New Column 2, without a value in any row.
        script: The script in which all its cells are written; None where they differ.
        shape: The pattern in which all its cells are written, where they are codes of one kind.
        has_addresses: Whether it is one of web addresses, by its header or by most of its cells.
        urls: The only addresses that a cell of images may hold.
    """

    key: str
    name: str
    data_type: DataType = DataType.TEXT
    is_declared: bool = True
    is_suggested: bool = False
    is_identity: bool = False
    enum_values: tuple[str, ...] = ()
    spelling: Spelling = CANONICAL
    numbers: NumberStyle | None = None
    days: MomentStyle | None = None
    has_units: bool = False
    comma: bool | None = None
    locale: Locale = ANYWHERE
    known: frozenset[str] = field(default=NONE, repr=False)
    used: frozenset[str] = NONE
    has_signs: bool = False
    shapes: frozenset[str] = NONE
    is_belied: bool = False
    has_markup: bool = False
    has_hidden: bool = False
    is_padded: bool = False
    is_blank: bool = False
    script: str | None = None
    shape: str | None = None
    has_addresses: bool = False
    urls: frozenset[str] = field(default=NONE, repr=False)


def make_column(
    column: FinalColumn,
    cells: Sequence[str],
    *,
    reading: DataType | None = None,
    urls: frozenset[str] = NONE,
    locale: Locale = ANYWHERE,
    is_new: bool = False,
) -> CheckedColumn:
    """Learn what a column is like.

    Args:
        cells: Its existing cells; of a new column those that are proposed.
        reading: The type that an earlier stage has read, for a column whose type nobody has given.
        urls: The addresses in the user's table.
        is_new: Whether no cell has been accepted yet.
    """
    data_type, members = _settle_type(column, cells, reading, locale)
    said, some = list_said(cells), sample(cells, MAX_CELLS_LOOKED_AT)
    numbers = _find_numbers(said, locale, column.data_type) if data_type in NUMBERS else None
    days = _find_days(said, locale) if data_type is DataType.DATETIME else None
    is_proven = column.data_type is None and bool(numbers or days)
    is_text, is_own = data_type is DataType.TEXT, not column.is_suggested
    return CheckedColumn(
        key=column.key,
        name=column.name,
        data_type=data_type,
        is_declared=column.data_type is not None,
        is_suggested=column.is_suggested,
        enum_values=members,
        spelling=_find_spelling(data_type, said),
        numbers=numbers,
        days=days,
        has_units=data_type in NUMBERS and any(map(measure, said)),
        comma=_find_comma(numbers, said, locale),
        locale=locale,
        known=NONE if is_new or is_proven else list_known(data_type, cells, numbers or days),
        used=_list_used(cells, USED_FROM_CELLS if is_new else 1),
        has_signs=data_type in (DataType.TEXT, DataType.ENUM) and has_signs(cells),
        shapes=list_shapes(data_type, some, numbers or days, is_new=is_new),
        is_belied=not is_new and bool(said) and not is_any(data_type, said),
        has_markup=is_own and any(map(has_markup, cells)),
        has_hidden=is_own and any(map(has_hidden, cells)),
        is_padded=is_own and any(cell != cell.strip() for cell in cells),
        is_blank=is_own and is_free(column.name) and not any(map(str.strip, cells)),
        script=find_common_script(some) if is_own else None,
        shape=find_common_shape(some) if is_text and is_own else None,
        has_addresses=has_addresses(column.name, said),
        urls=urls,
    )


def list_urls(texts: Iterable[str]) -> frozenset[str]:
    """The addresses in texts."""
    return frozenset(url for text in texts if "//" in text for url in URL.findall(text))


def _settle_type(
    column: FinalColumn, cells: Sequence[str], reading: DataType | None, locale: Locale
) -> tuple[DataType, tuple[str, ...]]:
    """The working type, and the members of an enum."""
    kind = column.data_type
    if kind is None and reading and agrees(reading, cells, column.name, locale):
        kind = reading
    kind = kind or infer_type(cells, column.name, locale)
    if kind is not DataType.ENUM:
        return kind, ()
    members = column.enum_values or tuple(dict.fromkeys(c.strip() for c in cells if c.strip()))
    return (kind if members else DataType.TEXT), members


def _find_numbers(said: Sequence[str], locale: Locale, kind: DataType | None) -> NumberStyle | None:
    """How all the numbers are written, where at least half of the cells are some."""
    find = partial(
        find_number_style,
        comma=locale.comma,
        is_spaced=locale.is_spaced,
        whole=kind is DataType.INTEGER,
    )
    if style := find(said):
        return style
    numbers = [cell for cell in said if split(cell)]
    return find(numbers) if len(said) / 2 <= len(numbers) < len(said) else None


def _find_days(said: Sequence[str], locale: Locale) -> MomentStyle | None:
    """How all the days are written, where at least half of the cells are some."""
    if style := find_moment_style(said, day_first=locale.day_first):
        return style
    days = [cell for cell in said if has_style(cell)]
    if not len(said) / 2 <= len(days) < len(said):
        return None
    return find_moment_style(days, day_first=locale.day_first)


def _find_comma(numbers: NumberStyle | None, said: Sequence[str], locale: Locale) -> bool | None:
    if numbers and numbers.is_sure:
        return numbers.notation.decimal == ","
    return find_comma(said, locale)


def _find_spelling(data_type: DataType, said: Sequence[str]) -> Spelling:
    if data_type is not DataType.BOOLEAN or not {*CANONICAL}.isdisjoint(said):
        return CANONICAL
    return find_spelling(said) or CANONICAL


def _list_used(cells: Sequence[str], often: int) -> frozenset[str]:
    counts = Counter(name_placeholder(cell) for cell in cells if is_placeholder(cell))
    return frozenset(name for name, count in counts.items() if count >= often)
