"""Dates and times as cells hold them: a real day, in ISO 8601, with a zone where there is a time.

`fromisoformat` takes 20240102 and 2024-W01 as well, which the app cannot sort, so this is a regex
and a real date.
"""

import re
from datetime import date, datetime

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})"
)
_LOOSE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:\.[0-9]+)? ?"
    r"([Zz]|[+-][0-9]{2}:?[0-9]{2})"
)
_LOOSE_DATE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
_MONTH_SECOND = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?\.? ([A-Za-z]{3,9})\.?,? ([0-9]{4})")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def read_moment(text: str, *, day_first: bool | None = None) -> str | None:
    """Read a date or time, and write it as a cell holds it; None when it is none, or unclear which.

    What comes out is its own reading.

    Args:
        day_first: Whether 05/02 is in February; None where nobody knows.
    """
    return _read_time(text) or _read_date(text, day_first)


def _read_time(text: str) -> str | None:
    found = _LOOSE_TIME.fullmatch(text)
    if not found:
        return None
    day, minute, second, zone = found.groups()
    zone = "Z" if zone in "Zz" else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    written = f"{day}T{minute}{second or ':00'}{zone}"
    return written if _TIME.fullmatch(written) and _is_real(written) else None


def _read_date(text: str, day_first: bool | None) -> str | None:
    if found := _LOOSE_DATE.fullmatch(text):
        return _write(found[1], found[2], found[3])
    if found := _YEAR_LAST.fullmatch(text):
        # Nobody writes 02.13.2024.
        is_first = True if "." in text else day_first
        return _read_year_last(found[1], found[2], found[3], is_first)
    if found := _MONTH_FIRST.fullmatch(text):
        return _write(found[3], _month(found[1]), found[2])
    if found := _MONTH_SECOND.fullmatch(text):
        return _write(found[3], _month(found[2]), found[1])
    return None


def _read_year_last(first: str, second: str, year: str, day_first: bool | None) -> str | None:
    if int(first) > 12 or first == second:
        day_first = True
    elif int(second) > 12:
        day_first = False
    if day_first is None:
        return None
    return _write(year, second, first) if day_first else _write(year, first, second)


def _month(word: str) -> int:
    """The month's number, 0 when it is none."""
    low = "sep" if word.lower() == "sept" else word.lower()
    matches = (n for n, month in enumerate(MONTHS, 1) if low in (month, month[:3]))
    return next(matches, 0)


def _write(year: str, month: str | int, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _is_real(written: str) -> bool:
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return True
