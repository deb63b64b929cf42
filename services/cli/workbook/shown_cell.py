"""A cell as it is shown: its text, and what kind of value the sheet says that it is."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from services.cli.workbook.moment_format import is_whole_day, show_moment, write_moment
from services.cli.workbook.number_format import show_number, write_number

GENERAL = "General"


class Kind(StrEnum):
    """What a sheet proves of a cell. OTHER: nothing that is more than text."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    DAY = "datetime"
    BOOLEAN = "boolean"
    OTHER = "text"


@dataclass(frozen=True)
class ShownCell:
    """What a person sees in a cell."""

    text: str
    kind: Kind = Kind.OTHER


EMPTY = ShownCell("")


def show_cell(value: Any, code: str) -> ShownCell:
    """A value with its format code, as the sheet shows it. Text is not changed at all."""
    match value:
        case None:
            return EMPTY
        case bool():
            return ShownCell(str(value).upper(), Kind.BOOLEAN)
        case int() | float():
            return _show_number(value, code)
        case datetime():
            kind = Kind.DAY if is_whole_day(code.partition(";")[0]) else Kind.OTHER
            return ShownCell(show_moment(value, code) or write_moment(value), kind)
        case date():
            return show_cell(datetime(value.year, value.month, value.day), code)  # noqa: DTZ001
        case time():
            moment = datetime.combine(date(1900, 1, 1), value)
            return ShownCell(show_moment(moment, code) or value.isoformat("seconds"))
        case timedelta():
            return ShownCell(_write_span(value))
    return ShownCell(str(value))


def _show_number(value: int | float, code: str) -> ShownCell:
    plain = write_number(value)
    shown = plain if code == GENERAL else show_number(value, code) or plain
    return ShownCell(shown, _kind_of_number(value, shown))


def _kind_of_number(value: int | float, shown: str) -> Kind:
    """A number that is shown with zeros in front, or as a power, is no plain number."""
    digits = shown.lstrip("-")
    is_name = digits[:1] == "0" and digits[1:2].isdigit()
    if is_name or "E" in shown or not any(char.isdigit() for char in shown):
        return Kind.OTHER
    is_whole = float(value).is_integer() and "." not in shown
    return Kind.INTEGER if is_whole else Kind.DECIMAL


def _write_span(value: timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
