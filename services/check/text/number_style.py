"""How a column writes its numbers: decimal sign, grouping, unit or currency, all cells alike.

What is written so is a number and stays as it is. A leading zero or plus, an E, hyphens, more
digits than a double holds make it an identifier, which is text.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from services.check.text.number import is_currency, is_unit

MAX_DOUBLE_DIGITS = 15
DIGITS = frozenset("0123456789")
SPACES = "\u00a0\u2009\u202f"

_PARTS = re.compile(
    r"(?P<first>[-\u2212]?)(?P<before>[^0-9+\-\u2212]*)(?P<second>[-\u2212]?)"
    rf"(?P<core>[0-9](?:[0-9.,'’ {SPACES}]*[0-9])?)(?P<after>[^0-9]*)"
)
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_MAYBE_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


@dataclass(frozen=True)
class Notation:
    """How digits are put together.

    Attributes:
        decimal: The decimal sign.
        group: What stands between groups of digits; "" for nothing.
        is_indian: Whether groups before the last are of two digits: 12,34,567.
    """

    decimal: str = "."
    group: str = ""
    is_indian: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a number without sign and unit looks like."""
        group, decimal = re.escape(self.group), re.escape(self.decimal)
        grouped = f"|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+" if group else ""
        if self.is_indian:
            grouped = f"|[1-9][0-9]?(?:{group}[0-9]{{2}})*{group}[0-9]{{3}}"
        plain = "0|[1-9][0-9]{0,2}" if grouped else "0|[1-9][0-9]*"
        return re.compile(f"(?:{plain}{grouped})(?:{decimal}[0-9]+)?")

    def read(self, core: str) -> str:
        """The canonical form of what the pattern matches."""
        digits = core.replace(self.group, "") if self.group else core
        return digits.replace(self.decimal, ".")

    def write(self, canonical: str) -> str:
        """Write a canonical number without sign."""
        whole, _, part = canonical.partition(".")
        return self._group(whole) + (self.decimal + part if part else "")

    def _group(self, whole: str) -> str:
        if not self.group or len(whole) <= 3:
            return whole
        head, size = whole[:-3], 2 if self.is_indian else 3
        first = len(head) % size
        groups = [head[n : n + size] for n in range(first, len(head), size)]
        return self.group.join([*([head[:first]] if first else []), *groups, whole[-3:]])


@dataclass(frozen=True)
class NumberStyle:
    """How numbers are written, for instance € 1.234,50.

    Attributes:
        before: What stands before the digits, a currency; after: a currency or unit.
        is_whole: Whether none has a decimal sign.
        is_proven: Whether the cells alone tell the decimal sign: only then others are written so.
    """

    notation: Notation = Notation()
    before: str = ""
    after: str = ""
    minus: str = "-"
    is_minus_inside: bool = False
    is_whole: bool = True
    is_proven: bool = True

    @property
    def has_unit(self) -> bool:
        """Whether a currency or unit stands at each number."""
        return bool(self.before or self.after)

    def read(self, cell: str) -> str | None:
        """The canonical number of a cell that is written so; None for any other cell."""
        parts = split(cell)
        if parts is None or (parts.before, parts.after) != (self.before, self.after):
            return None
        if not self.notation.pattern.fullmatch(parts.core):
            return None
        return ("-" if parts.minus else "") + self.notation.read(parts.core)

    def write(self, canonical: str) -> str:
        """Write a canonical number so."""
        minus = self.minus if canonical.startswith("-") else ""
        core = self.notation.write(canonical.removeprefix("-"))
        if self.is_minus_inside:
            return self.before + minus + core + self.after
        return minus + self.before + core + self.after

    def rewrite(self, cell: str) -> str | None:
        """Write a cell so that is a plain number, or spaced otherwise; None where it is unclear."""
        if _PLAIN.fullmatch(cell):
            return self.write(cell) if self._is_clear(cell) else None
        parts = split(cell)
        if parts is None or not self.notation.pattern.fullmatch(parts.core):
            return None
        if (parts.before.strip(), parts.after.strip()) != (self.before.strip(), self.after.strip()):
            return None
        return self.write(("-" if parts.minus else "") + self.notation.read(parts.core))

    def _is_clear(self, canonical: str) -> bool:
        """Whether a plain number can only mean itself: 1.234 may be grouped, 0.12 be 12 %."""
        if "." in canonical and not self.is_proven:
            return False
        if self.notation.decimal == "," and _MAYBE_GROUPED.fullmatch(canonical):
            return False
        return "%" not in self.after or not re.match(r"-?0\.0*[1-9]", canonical)


@dataclass(frozen=True)
class Parts:
    """A cell around its digits."""

    minus: str
    is_minus_inside: bool
    before: str
    core: str
    after: str


def split(cell: str) -> Parts | None:
    """Take a cell apart; None when there is more to it than digits, their signs and a unit."""
    found = _PARTS.fullmatch(cell)
    if found is None or (found["first"] and found["second"]):
        return None
    before, after = found["before"].strip(), found["after"].strip()
    if (before and not is_currency(before)) or (after and not is_unit(after)):
        return None
    # 5M may be five million.
    if len(after) == 1 and after in "MKBT":
        return None
    minus = found["first"] or found["second"]
    return Parts(minus, bool(found["second"]), found["before"], found["core"], found["after"])


def find_number_style(
    cells: Collection[str], *, comma: bool | None, is_spaced: bool, most_digits: int | None = None
) -> NumberStyle | None:
    """How cells write their numbers; None when they are no numbers, or not written alike.

    Args:
        cells: None of them empty.
        comma: Whether the decimal sign is a comma where the cells do not tell; None: nobody knows.
        is_spaced: Whether a space between digits may be grouping.
        most_digits: More digits than these are no number's.
    """
    said = _split_all(cells)
    if not said or len({(part.before, part.after) for part in said}) != 1:
        return None
    cores = [part.core for part in said]
    if most_digits and any(_count_digits(core) > most_digits for core in cores):
        return None
    notation = _find_notation(cores, comma, is_spaced)
    if notation is None:
        return None
    proven = _find_notation(cores, None, is_spaced)
    minuses = [part for part in said if part.minus]
    return NumberStyle(
        notation=notation,
        before=said[0].before,
        after=said[0].after,
        minus=minuses[0].minus if minuses else "-",
        is_minus_inside=any(part.is_minus_inside for part in minuses),
        is_whole=not any(notation.decimal in core for core in cores),
        is_proven=notation == proven and any(not core.isdigit() for core in cores),
    )


def _split_all(cells: Iterable[str]) -> list[Parts]:
    """The cells, taken apart; nothing when one of them is no number."""
    said = []
    for cell in cells:
        if (part := split(cell)) is None:
            return []
        said.append(part)
    return said


def _count_digits(core: str) -> int:
    return len(core) if core.isdigit() else sum(map(str.isdigit, core))


def is_like_version(style: NumberStyle, cells: Collection[str]) -> bool:
    """Whether all that stands behind the points is a zero: 4.0, 5.0."""
    numbers = [style.read(cell) or "" for cell in cells]
    parts = {number.partition(".")[2] for number in numbers}
    return "" not in parts and parts == {"0"}


def _find_notation(cores: list[str], comma: bool | None, is_spaced: bool) -> Notation | None:
    signs = set("".join(cores)) - DIGITS
    if not signs:
        decimal = "," if comma else "."
        plain = Notation(decimal)
        return plain if all(map(plain.pattern.fullmatch, cores)) else None
    fitting = [one for one in _list_notations(signs, is_spaced) if _fits(one, cores)]
    if len(fitting) > 1 and comma is not None:
        fitting = [one for one in fitting if one.decimal == ("," if comma else ".")]
    if len(fitting) > 1:
        # A point is one, unless somebody has said otherwise; of a comma nobody knows.
        points = [one for one in fitting if one.decimal == "." and one.group != ","]
        fitting = [one for one in points if one.group or one == Notation(".")]
    return fitting[0] if len(fitting) == 1 else None


def _list_notations(signs: set[str], is_spaced: bool) -> list[Notation]:
    groups = [g for g in (",", ".", "'", "’", " ", *SPACES) if g in signs]
    if not is_spaced:
        groups = [g for g in groups if g != " "]
    plain = [Notation(d) for d in (".", ",") if signs == {d}]
    grouped = [Notation(d, g) for g in groups for d in (".", ",") if d != g and signs <= {d, g}]
    return [
        *plain,
        *grouped,
        *([Notation(".", ",", is_indian=True)] if signs <= {".", ","} else []),
    ]


def _fits(notation: Notation, cores: list[str]) -> bool:
    if notation.is_indian and all(map(Notation(".", ",").pattern.fullmatch, cores)):
        return False
    return all(map(notation.pattern.fullmatch, cores))
