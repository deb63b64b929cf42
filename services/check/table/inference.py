"""The type of a column whose type nobody has given: text, until all of its cells prove another."""

import re
from collections.abc import Collection, Sequence

from schemas.table.context import DataType
from schemas.table.letter import LETTER
from services.check.calendar.moment import read_moment
from services.check.calendar.moment_style import find_moment_style
from services.check.measure.number_form import FRACTION, RANGE, find_form
from services.check.measure.number_style import (
    MAX_DOUBLE_DIGITS,
    NumberStyle,
    find_number_style,
    is_like_version,
)
from services.check.measure.parts import split
from services.check.table.locale import Locale
from services.check.text.boolean import are_plain_booleans, is_boolean
from services.check.text.placeholder import is_placeholder

MOST_MEMBERS = 12
NUMBERS = frozenset({DataType.INTEGER, DataType.DECIMAL})
URL = re.compile(r"https?://[^\s\"'<>|)\]]+", re.IGNORECASE)

_DECIMAL_SIGN = re.compile(r"-?[0-9]+([.,])[0-9]{1,2}")
_SCIENTIFIC = re.compile(r"-?[0-9.]+[eE]-?[0-9]+.*")
_COMPOUND = re.compile(rf".*[0-9] ?{LETTER}+ ?[0-9].*|[0-9]+['′°][0-9].*")
_IDENTIFIER = re.compile(r"\+ ?[0-9].*|0[0-9]+|[0-9]+[eE][0-9]+|.*[0-9]-[0-9].*")


def list_said(cells: Collection[str]) -> tuple[str, ...]:
    """The different cells that say something: a placeholder counts as nothing."""
    said = dict.fromkeys(cell.strip() for cell in cells)
    return tuple(cell for cell in said if cell and not is_placeholder(cell))


def infer_type(cells: Sequence[str], header: str, locale: Locale) -> DataType:
    """The type that all of the cells have; text when they have none. Enums are not guessed."""
    said = list_said(cells)
    if not said:
        return DataType.TEXT
    if style := find_proven_style(said, locale):
        return DataType.INTEGER if style.is_whole else DataType.DECIMAL
    if are_days(said, locale):
        return DataType.DATETIME
    all_said = [cell for cell in cells if cell.strip() and not is_placeholder(cell)]
    return DataType.BOOLEAN if is_boolean(all_said, header) else DataType.TEXT


def agrees(kind: DataType, cells: Sequence[str], header: str, locale: Locale) -> bool:
    """Whether cells, if there are any, are all of a type that somebody has read off them."""
    said = list_said(cells)
    if not said or kind is DataType.TEXT:
        return True
    match kind:
        case DataType.ENUM:
            return 1 < len(said) <= MOST_MEMBERS and sum(map(bool, cells)) > len(said)
        case DataType.IMAGEURL:
            return all(map(URL.match, said))
    inferred = infer_type(cells, header, locale)
    return inferred is kind or (kind is DataType.DECIMAL and inferred is DataType.INTEGER)


def find_proven_style(said: Collection[str], locale: Locale) -> NumberStyle | None:
    """How cells write their numbers; None when one of them is none, or they are identifiers."""
    style = find_number_style(
        said, comma=locale.comma, is_spaced=locale.is_spaced, most_digits=MAX_DOUBLE_DIGITS
    )
    return None if style is None or is_like_version(style, said) else style


def are_days(said: Collection[str], locale: Locale) -> bool:
    """Whether all cells are days written alike, or all are times in ISO 8601."""
    if find_moment_style(said, day_first=locale.day_first):
        return True
    return all("T" in cell and read_moment(cell) == cell for cell in said)


def is_belied(kind: DataType, cells: Collection[str]) -> bool:
    """Whether cells cannot be of a type: identifiers, several currencies, letters of no pair."""
    said = list_said(cells)
    if kind is DataType.BOOLEAN:
        return not are_plain_booleans(said)
    if kind not in NUMBERS:
        return False
    parts = [part for cell in said if (part := split(cell))]
    units = {(part.before.strip(), part.after.strip()) for part in parts} - {("", "")}
    return len(units) > 1 or any(map(_is_no_number, said))


def _is_no_number(cell: str) -> bool:
    """Whether a cell is an identifier, or of several numbers: a range, hours and minutes."""
    if find_form(cell) in (RANGE, FRACTION) or _IDENTIFIER.fullmatch(cell):
        return True
    return bool(_COMPOUND.fullmatch(cell)) and not _SCIENTIFIC.fullmatch(cell)


def find_comma(said: Collection[str], locale: Locale) -> bool | None:
    """Whether a comma is the decimal sign, by the locale or by cells that leave no doubt."""
    if locale.comma is not None:
        return locale.comma
    signs = {found[1] for cell in said if (found := _DECIMAL_SIGN.fullmatch(cell))}
    return next(iter(signs)) == "," if len(signs) == 1 else None
