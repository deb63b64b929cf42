"""How a column writes its days: 15/01/2025, 1/15/2025, 15.1.2025, Jan 5, 2024; all cells alike."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from services.check.text.moment import MONTHS, read_moment

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
        if self.is_worded:
            name = MONTHS[day.month - 1].capitalize()
            month = name[:3] if self.is_short else name
        number = f"{day.day}" if self.is_padded is False else f"{day.day:02}"
        parts = {"y": f"{day.year:04}", "m": month, "d": number}
        first, second, third = (parts[letter] for letter in self.order)
        return first + self.marks[0] + second + self.marks[1] + third

    def rewrite(self, cell: str) -> str | None:
        """Write a day so that is written otherwise; None where it is none, or unclear which."""
        written = read_moment(cell, day_first=self.day_first) if self.is_proven else None
        return self.write(date.fromisoformat(written)) if written and "T" not in written else None

    def is_like(self, other: "MomentStyle") -> bool:
        """Whether two are the same, as far as one day shows it."""
        pairs = ((self.is_padded, other.is_padded), (self.is_short, other.is_short))
        same = (self.order, self.marks, self.is_worded) == (
            other.order,
            other.marks,
            other.is_worded,
        )
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


def is_day(cell: str) -> bool:
    """Whether a cell is a day, in whatever way it is written."""
    return bool(_take_apart(cell))


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
    if (padded, short) == (one.is_padded, one.is_short):
        return one
    return MomentStyle(one.order, one.marks, padded, one.is_worded, short)


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
    month = next((n for n, word in enumerate(MONTHS, 1) if low in (word, word[:3])), 0)
    day = _make_day(year, month, number) if month and name == name.capitalize() else None
    if day is None:
        return
    padded = next(iter(_read_paddings([number])), None)
    # May is short and long.
    short = None if low == "may" else len(low) == 3
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
