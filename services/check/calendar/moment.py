"""Dates and times as cells hold them: a real day, in ISO 8601, with a zone where there is a time.

`fromisoformat` takes 20240102 and 2024-W01 as well, which the app cannot sort, so this is a regex
and a real date.
"""

import re
from datetime import date, datetime

from services.check.calendar.worded_day import read_worded_day
from services.check.text.folding import write_ascii

LAST_YEAR, FIRST_YEAR = 2300, 1600
_OTHER_CALENDARS = frozenset(("fa", "ps", "ckb", "ar", "ur"))

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)
_LOOSE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?([.,][0-9]{1,9})? ?"
    r"([Zz]|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})"
)
_LOOSE_DATE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_SPACED = re.compile(r"(?<=[0-9])(?:(\.) | ?([-/]) )(?=[0-9])")
_BEHIND = re.compile(r"(?<=[0-9])(?: ?[гр])?\.?$")


def read_moment(
    text: str, *, day_first: bool | None = None, language: str | None = None
) -> str | None:
    """Read a date or time, and write it as a cell holds it; None when it is none, or unclear which.

    What comes out is its own reading.

    Args:
        day_first: Whether 05/02 is in February; None where nobody knows.
        language: Settles a month's name that is another month elsewhere.
    """
    return _read_time(text) or _read_date(text, day_first, language)


def close_up(text: str) -> str:
    """A day in digits without its spaces, and what stands behind the year."""
    return _BEHIND.sub("", _SPACED.sub(r"\1\2", write_ascii(text)))


def is_of_other_calendar(written: str, language: str | None) -> bool:
    """Whether a day's year is likely one of another calendar: 2568 in Thai, 1404 in Persian."""
    year = int(written[:4] or FIRST_YEAR)
    return year > LAST_YEAR or (language in _OTHER_CALENDARS and year < FIRST_YEAR)


def _read_time(text: str) -> str | None:
    found = _LOOSE_TIME.fullmatch(text)
    if not found or (found[4] and not found[3]):
        return None
    day, minute, second, fraction, zone = found.groups()
    zone = "Z" if zone.isalpha() else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    fraction = (fraction or "").replace(",", ".")
    written = f"{day}T{minute}{second or ':00'}{fraction}{zone}"
    return written if _TIME.fullmatch(written) and _is_real(written) else None


def _read_date(text: str, day_first: bool | None, language: str | None) -> str | None:
    close = close_up(text)
    if found := _LOOSE_DATE.fullmatch(close):
        return _write(found[1], found[2], found[3])
    if found := _YEAR_LAST.fullmatch(close):
        # Nobody writes 02.13.2024.
        is_first = True if "." in close else day_first
        return _read_year_last(found[1], found[2], found[3], is_first)
    worded = read_worded_day(text, language)
    return worded.date.isoformat() if worded and worded.date else None


def _read_year_last(first: str, second: str, year: str, day_first: bool | None) -> str | None:
    if int(first) > 12 or first == second:
        day_first = True
    elif int(second) > 12:
        day_first = False
    if day_first is None:
        return None
    return _write(year, second, first) if day_first else _write(year, first, second)


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
