"""The one spelling of a value that each column type allows."""

import re
from collections.abc import Callable
from datetime import date

from services.demo_llm.knowledge.column_reading import ColumnReading, parse_number
from services.demo_llm.knowledge.wording import fold

TEXT_LIMIT_CHARS = 500

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRUE = frozenset(("true", "yes", "y", "1", "on"))
_FALSE = frozenset(("false", "no", "n", "0", "off"))


def fit(value: str, reading: ColumnReading) -> str | None:
    """Return a value as the column spells it, "" if it is empty, None if it does not fit."""
    return _FITTERS.get(reading.data_type, _fit_text)(value, reading) if value else ""


def format_number(number: float, decimals: int) -> str:
    """Return a number in canonical form, with `decimals` digits after the point."""
    return f"{number:.{decimals}f}" if decimals else str(round(number))


def _fit_text(value: str, reading: ColumnReading) -> str | None:
    return " ".join(value.split())[:TEXT_LIMIT_CHARS]


def _fit_integer(value: str, reading: ColumnReading) -> str | None:
    number = parse_number(value)
    if number is None:
        return None
    return number[0] if "." not in number[0] else str(round(number[1]))


def _fit_decimal(value: str, reading: ColumnReading) -> str | None:
    number = parse_number(value)
    return number[0] if number else None


def _fit_boolean(value: str, reading: ColumnReading) -> str | None:
    word = fold(value)
    if word in _TRUE:
        return reading.spelling[0]
    return reading.spelling[1] if word in _FALSE else None


def _fit_datetime(value: str, reading: ColumnReading) -> str | None:
    if not _DAY.fullmatch(value):
        return None
    try:
        date.fromisoformat(value)
    except ValueError:
        return None
    return value


def _fit_enum(value: str, reading: ColumnReading) -> str | None:
    if value in reading.enum_values:
        return value
    word = fold(value)
    return next((member for member in reading.enum_values if fold(member) == word), None)


def _fit_image(value: str, reading: ColumnReading) -> str | None:
    return ""


_FITTERS: dict[str, Callable[[str, ColumnReading], str | None]] = {
    "integer": _fit_integer,
    "decimal": _fit_decimal,
    "boolean": _fit_boolean,
    "datetime": _fit_datetime,
    "enum": _fit_enum,
    "imageurl": _fit_image,
}
