"""What a day looks like, in whatever way it is written, and which days look alike."""

import re
from collections.abc import Iterable

from schemas.table.letter import LETTER
from services.check.calendar.moment import close_up
from services.check.calendar.moment_style import NUMERIC, has_style, make_day
from services.check.calendar.worded_day import read_worded_day
from services.check.text.folding import write_ascii
from services.check.text.style import shape

MOST_CHARS = 80
"""No day is longer, with its weekday and its era."""

# 令和7年8月5日 and 民國114年8月5日; Tuesday, and whatever else stands before a day.
_OF_ERA = re.compile(rf"{LETTER}{{0,4}}[0-9元]{{1,3}}年[0-9]{{1,2}}月[0-9]{{1,2}}[日號号]")
_WEEKDAY = re.compile(rf"^{LETTER}+\.?,?\s+")
_LETTER, _YEAR = re.compile(LETTER), "9999"
_FRACTION = re.compile(r"(?<=:[0-9]{2})[.,][0-9]+")
_SHORT = re.compile(r"(?<![0-9])([0-9]{2})(\D*)$")
_SHORT_YEAR = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{1,2})")


def is_day(cell: str) -> bool:
    """Whether a cell is a day, in whatever way it is written: its century may be unknown."""
    if len(cell) > MOST_CHARS:
        return False
    close = close_up(cell)
    if has_style(close):
        return True
    if found := _SHORT_YEAR.fullmatch(close):
        orders = _list_short_orders(found, is_ended=cell.endswith("."))
        return any(make_day(f"20{y}", int(m), d) for y, m, d in orders)
    worded = read_worded_day(cell, None) or read_worded_day(_SHORT.sub(r"20\1\2", cell), None)
    if worded is not None:
        return worded.is_real
    rest = _WEEKDAY.sub("", cell)
    return bool(_OF_ERA.fullmatch(cell)) or (rest != cell and is_day(rest))


def _list_short_orders(found: re.Match[str], *, is_ended: bool) -> Iterable[tuple[str, str, str]]:
    """Year, month and day of 15/01/25 in each order that people write."""
    first, mark, second, third = found.groups()
    if len(third) == 2:
        yield third, second, first
        yield third, first, second
    # A year that comes first has a month of two digits behind it, as 25-01-15 and 99.12.31, or
    # a point behind all, as 25. 1. 15. In Nepal it has neither: 82/1/15 and 05/1/5, which can begin
    # with nothing else, for no day is 82 and no year is written 5.
    is_padded = len(second) == 2 and (mark == "-" or int(first) > 31)
    is_alone = mark == "/" and (len(third) == 1 or int(first) > 31)
    if len(first) == 2 and (is_ended or is_padded or is_alone):
        yield first, second, third


def find_day_form(cell: str) -> str:
    """The pattern of a day or time; a fraction of a second makes no other one."""
    return shape(_FRACTION.sub("", cell))


def find_worded_form(cell: str) -> str:
    """The order of words and numbers in a day with words, and a year; "" for any other cell.

    4 mai 2009 and 13 juil. 2002 are alike in it, whatever the month is called.
    """
    parts = re.split("([0-9]+)", write_ascii(cell.strip()))
    form = "".join(map(_name_part, parts))
    return form if "a" in form and _YEAR in form else ""


def _name_part(part: str) -> str:
    if part.isdigit():
        return _YEAR if len(part) == len(_YEAR) else "9"
    return "a" if _LETTER.search(part) else part.strip()


def is_never(cell: str) -> bool:
    """Whether a cell is written like a day, and there never was such a one: 31/02/2025."""
    is_like = NUMERIC.fullmatch(cell) or _SHORT_YEAR.fullmatch(cell) or read_worded_day(cell, None)
    return bool(is_like) and not is_day(cell)
