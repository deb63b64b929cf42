"""How a column writes its days: 15/01/2025, 1/15/2025, 15.1.2025, Jan 5, 2024; all cells alike."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from schemas.table.letter import LETTER
from services.check.calendar.moment import close_up, read_moment
from services.check.calendar.month import MONTHS
from services.check.calendar.worded_day import read_worded_day
from services.check.text.style import shape

KEPT_CELLS = 4096
"""A column is looked through several times, and days come again; 4,096 are about 2 MB."""

_NUMERIC = re.compile(
    r"(?P<a>[0-9]{4})(?P<sign>[-/.])(?P<b>[0-9]{1,2})(?P=sign)(?P<c>[0-9]{1,2})"
    r"|(?P<d>[0-9]{1,2})(?P<mark>[-/.])(?P<e>[0-9]{1,2})(?P=mark)(?P<f>[0-9]{4})"
)
_WORDED = re.compile(
    r"(?P<name>[A-Za-z]{3,9})(?P<gap>\.? )(?P<day>[0-9]{1,2})(?P<end>,? )(?P<year>[0-9]{4})"
    r"|(?P<day2>[0-9]{1,2})(?P<gap2>\.? |-)(?P<name2>[A-Za-z]{3,9})(?P<end2>\.?,? |-)"
    r"(?P<year2>[0-9]{4})"
)
# 令和7年8月5日 and 民國114年8月5日; Tuesday, and whatever else stands before a day.
_OF_ERA = re.compile(rf"{LETTER}{{0,4}}[0-9元]{{1,3}}年[0-9]{{1,2}}月[0-9]{{1,2}}[日號号]")
_WEEKDAY = re.compile(rf"^{LETTER}+\.?,?\s+")
_FRACTION = re.compile(r"(?<=:[0-9]{2})[.,][0-9]+")
_SHORT_YEAR = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class MomentStyle:
    """How days are written.

    Attributes:
        order: Of year, month and day, by their first letters: "ymd", "dmy", "mdy".
        marks: What stands after the first and after the second of them.
        is_padded: Whether the first days of a month have a zero in front; None where none is seen.
        is_worded: Whether the month is a word; is_short: whether it is cut to three letters.
        is_proven: Whether the cells alone tell the order: only then others are written so.
    """

    order: str
    marks: tuple[str, str]
    is_padded: bool | None = None
    is_worded: bool = False
    is_short: bool | None = None
    is_proven: bool = True

    @property
    def day_first(self) -> bool | None:
        """Whether 05/02 is in February; None where the year comes first or the month is a word."""
        return None if self.order == "ymd" or self.is_worded else self.order == "dmy"

    def read(self, cell: str) -> date | None:
        """The day of a cell that is written so; None for any other cell."""
        return next((day for style, day in _take_apart(cell) if style.is_like(self)), None)

    def write(self, day: date) -> str:
        """Write a day so."""
        month = f"{day.month}" if self.is_padded is False else f"{day.month:02}"
        marks = self.marks
        if self.is_worded:
            name = MONTHS[day.month - 1].capitalize()
            month = name[:3] if self.is_short else name
            marks = self.marks if len(name) > 3 else self._plain_marks
        number = f"{day.day}" if self.is_padded is False else f"{day.day:02}"
        parts = {"y": f"{day.year:04}", "m": month, "d": number}
        first, second, third = (parts[letter] for letter in self.order)
        return first + marks[0] + second + marks[1] + third

    def rewrite(self, cell: str) -> str | None:
        """Write a day so that is written otherwise; None where it is none, or unclear which."""
        written = read_moment(cell, day_first=self.day_first) if self.is_proven else None
        return self.write(date.fromisoformat(written)) if written and "T" not in written else None

    @property
    def is_dotted(self) -> bool:
        """Whether a point says that the month's name was cut: Sept. 15, beside May 5 and June 5."""
        return self.marks != self._plain_marks

    @property
    def _plain_marks(self) -> tuple[str, str]:
        """The marks without a point behind the month's name."""
        if not self.is_worded:
            return self.marks
        first, second = self.marks
        if self.order == "mdy":
            return first.replace(".", ""), second
        return first, second.replace(".", "")

    def is_like(self, other: "MomentStyle") -> bool:
        """Whether two are the same, as far as one day shows it."""
        same = (self.order, self._plain_marks, self.is_worded) == (
            other.order,
            other._plain_marks,
            other.is_worded,
        )
        pairs = [(self.is_padded, other.is_padded)]
        if not (self.is_dotted or other.is_dotted):
            pairs.append((self.is_short, other.is_short))
        return same and all(None in pair or len(set(pair)) == 1 for pair in pairs)


def find_moment_style(cells: Collection[str], *, day_first: bool | None) -> MomentStyle | None:
    """How cells write their days; None when they are no days, not written alike, or unclear which.

    Args:
        day_first: Whether 05/02 is in February where no cell tells; None: nobody knows.
    """
    fitting = [*_merge(cells).values()]
    if len(fitting) > 1:
        is_dotted = fitting[0].marks[0] == "."
        told = [style for style in fitting if style.day_first is (is_dotted or day_first)]
        fitting = [replace(style, is_proven=is_dotted) for style in told]
    return fitting[0] if len(fitting) == 1 else None


def has_style(cell: str) -> bool:
    """Whether a cell is a day in a way of writing that can be learnt."""
    return bool(_take_apart(cell))


def is_day(cell: str) -> bool:
    """Whether a cell is a day, in whatever way it is written: its century may be unknown."""
    close = close_up(cell)
    if has_style(close):
        return True
    if found := _SHORT_YEAR.fullmatch(close):
        orders = _list_short_orders(found, is_ended=cell.endswith("."))
        return any(_make_day(f"20{y}", int(m), d) for y, m, d in orders)
    worded = read_worded_day(cell, None)
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
    # A year that comes first has a month of two digits behind it, as 25-01-15 and 99/12/31, or
    # a point behind all, as 25. 1. 15.
    is_padded = len(second) == 2 and (mark == "-" or int(first) > 31)
    if len(first) == 2 and (is_ended or is_padded):
        yield first, second, third


def find_day_form(cell: str) -> str:
    """The pattern of a day or time; a fraction of a second makes no other one."""
    return shape(_FRACTION.sub("", cell))


def is_never(cell: str) -> bool:
    """Whether a cell is written like a day, and there never was such a one: 31/02/2025."""
    is_like = _NUMERIC.fullmatch(cell) or _SHORT_YEAR.fullmatch(cell) or read_worded_day(cell, None)
    return bool(is_like) and not is_day(cell)


def _merge(cells: Iterable[str]) -> dict[str, MomentStyle]:
    """By order: the style that all cells have in it."""
    merged: dict[str, MomentStyle] | None = None
    for cell in cells:
        styles = {style.order: style for style, _ in _take_apart(cell)}
        if merged is not None:
            styles = {
                order: _join(merged[order], style)
                for order, style in styles.items()
                if order in merged and style.is_like(merged[order])
            }
        if not styles:
            return {}
        merged = styles
    return merged or {}


def _join(one: MomentStyle, other: MomentStyle) -> MomentStyle:
    padded = other.is_padded if one.is_padded is None else one.is_padded
    short = other.is_short if one.is_short is None else one.is_short
    dotted = one if one.is_dotted else other
    short = True if dotted.is_dotted else short
    if (padded, short, dotted.marks) == (one.is_padded, one.is_short, one.marks):
        return one
    return MomentStyle(one.order, dotted.marks, padded, one.is_worded, short)


@lru_cache(KEPT_CELLS)
def _take_apart(cell: str) -> tuple[tuple[MomentStyle, date], ...]:
    """What a cell may be: one day or two, each in an order of its own."""
    return (*_read_numeric(cell),) or (*_read_worded(cell),)


def _read_numeric(cell: str) -> Iterable[tuple[MomentStyle, date]]:
    found = _NUMERIC.fullmatch(cell)
    if not found:
        return
    orders = ["ymd"] if found["a"] else ["dmy", "mdy"]
    texts = [found[name] for name in ("abc" if found["a"] else "def")]
    mark = found["sign"] or found["mark"]
    paddings = _read_paddings([text for text in texts if len(text) < 4])
    for order in orders:
        parts = dict(zip(order, texts, strict=True))
        day = _make_day(parts["y"], int(parts["m"]), parts["d"])
        if day and len(paddings) < 2:
            yield MomentStyle(order, (mark, mark), next(iter(paddings), None)), day


def _read_worded(cell: str) -> Iterable[tuple[MomentStyle, date]]:
    found = _WORDED.fullmatch(cell)
    if not found:
        return
    last = "" if found["name"] else "2"
    name, number, year = found[f"name{last}"], found[f"day{last}"], found[f"year{last}"]
    low = name.lower()
    cut = low[:3] if low == "sept" else low
    month = next((n for n, word in enumerate(MONTHS, 1) if cut in (word, word[:3])), 0)
    day = _make_day(year, month, number) if month and name == name.capitalize() else None
    if day is None:
        return
    padded = next(iter(_read_paddings([number])), None)
    # May is short and long.
    short = None if low == "may" else len(cut) == 3
    marks = (found[f"gap{last}"], found[f"end{last}"])
    yield MomentStyle("dmy" if last else "mdy", marks, padded, True, short), day


def _read_paddings(texts: Iterable[str]) -> set[bool]:
    """Whether numbers below ten have a zero in front; nothing without any."""
    return {text.startswith("0") for text in texts if len(text) == 1 or text.startswith("0")}


def _make_day(year: str, month: int, day: str) -> date | None:
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None
