"""How a column writes its days: 15/01/2025, 1/15/2025, 15.1.2025, Jan 5, 2024; all cells alike."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from services.check.calendar.moment import read_moment
from services.check.calendar.month import MONTHS

KEPT_CELLS = 4096
"""A column is looked through several times, and days come again; 4,096 are about 2 MB."""

NUMERIC = re.compile(
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
        is_month_padded: Whether the first months have one, likewise.
        is_worded: Whether the month is a word; is_short: whether it is cut to three letters.
        is_proven: Whether the cells alone tell the order: only then others are written so.
    """

    order: str
    marks: tuple[str, str]
    is_padded: bool | None = None
    is_month_padded: bool | None = None
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
        month = _pad(day.month, self.is_month_padded, self.is_padded)
        marks = self.marks
        if self.is_worded:
            name = MONTHS[day.month - 1].capitalize()
            month = name[:3] if self.is_short else name
            marks = self.marks if len(name) > 3 else self._plain_marks
        number = _pad(day.day, self.is_padded, self.is_month_padded)
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
        pairs = [
            (self.is_padded, other.is_padded),
            (self.is_month_padded, other.is_month_padded),
        ]
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
    month = other.is_month_padded if one.is_month_padded is None else one.is_month_padded
    short = other.is_short if one.is_short is None else one.is_short
    dotted = one if one.is_dotted else other
    short = True if dotted.is_dotted else short
    if (padded, month, short, dotted.marks) == (
        *(one.is_padded, one.is_month_padded, one.is_short, one.marks),
    ):
        return one
    return MomentStyle(one.order, dotted.marks, padded, month, one.is_worded, short)


@lru_cache(KEPT_CELLS)
def _take_apart(cell: str) -> tuple[tuple[MomentStyle, date], ...]:
    """What a cell may be: one day or two, each in an order of its own."""
    return (*_read_numeric(cell),) or (*_read_worded(cell),)


def _read_numeric(cell: str) -> Iterable[tuple[MomentStyle, date]]:
    found = NUMERIC.fullmatch(cell)
    if not found:
        return
    orders = ["ymd"] if found["a"] else ["dmy", "mdy"]
    texts = [found[name] for name in ("abc" if found["a"] else "def")]
    mark = found["sign"] or found["mark"]
    for order in orders:
        parts = dict(zip(order, texts, strict=True))
        day = make_day(parts["y"], int(parts["m"]), parts["d"])
        if day:
            of_day, of_month = _read_padding(parts["d"]), _read_padding(parts["m"])
            yield MomentStyle(order, (mark, mark), of_day, of_month), day


def _read_worded(cell: str) -> Iterable[tuple[MomentStyle, date]]:
    found = _WORDED.fullmatch(cell)
    if not found:
        return
    last = "" if found["name"] else "2"
    name, number, year = found[f"name{last}"], found[f"day{last}"], found[f"year{last}"]
    low = name.lower()
    cut = low[:3] if low == "sept" else low
    month = next((n for n, word in enumerate(MONTHS, 1) if cut in (word, word[:3])), 0)
    day = make_day(year, month, number) if month and name == name.capitalize() else None
    if day is None:
        return
    # May is short and long.
    short = None if low == "may" else len(cut) == 3
    marks = (found[f"gap{last}"], found[f"end{last}"])
    yield (
        MomentStyle("dmy" if last else "mdy", marks, _read_padding(number), None, True, short),
        day,
    )


def _read_padding(text: str) -> bool | None:
    """Whether a number below ten has a zero in front; None for any other."""
    return text.startswith("0") if len(text) == 1 or text.startswith("0") else None


def _pad(number: int, own: bool | None, other: bool | None) -> str:
    """Write a day or month as its like are written, or else as the other is."""
    is_padded = other if own is None else own
    return f"{number}" if is_padded is False else f"{number:02}"


def make_day(year: str, month: int, day: str) -> date | None:
    """A day, None where there never was such a one."""
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None
