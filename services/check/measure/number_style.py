"""How a column writes its numbers: decimal sign, grouping, unit or currency, all cells alike.

What is written so is a number and stays as it is. A leading zero or plus, an E, hyphens, more
digits than a double holds make it an identifier, which is text.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from services.check.measure.notation import PLAIN, Notation, find_notation
from services.check.measure.parts import AT_END, IN_BRACKETS, Parts, split

MAX_DOUBLE_DIGITS = 15
_WESTERN, _INDIAN = Notation(".", ","), Notation(".", ",", is_indian=True)
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_MAYBE_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_SHARE = re.compile(r"-?(?:0\.0*[1-9].*|1(?:\.0+)?)")


@dataclass(frozen=True)
class NumberStyle:
    """How numbers are written, for instance € 1.234,50.

    Attributes:
        before: What stands before the digits, a currency; after: a currency or unit.
        is_whole: Whether none has a decimal sign.
        is_proven: Whether the cells alone tell the decimal sign: only then others are written so.
        is_sure: Whether a cell can have no other decimal sign: 12.5, while 1.250 may be grouped.
        may_be_indian: Whether the cells leave open if 1234567 is 1,234,567 or 12,34,567.
    """

    notation: Notation = PLAIN
    before: str = ""
    after: str = ""
    minus: str = "-"
    is_minus_inside: bool = False
    is_whole: bool = True
    is_proven: bool = True
    is_sure: bool = False
    may_be_indian: bool = False

    @property
    def has_unit(self) -> bool:
        """Whether a currency or unit stands at each number."""
        return bool(self.before or self.after)

    def read(self, cell: str) -> str | None:
        """The canonical number of a cell that is written so; None for any other cell."""
        parts = split(cell)
        if parts is None or (parts.before, parts.after) != (self.before, self.after):
            return None
        is_read = self.notation.pattern.fullmatch(parts.core) or (
            self.may_be_indian and _INDIAN.pattern.fullmatch(parts.core)
        )
        return ("-" if parts.minus else "") + self.notation.read(parts.core) if is_read else None

    def write(self, canonical: str) -> str:
        """Write a canonical number so."""
        minus = self.minus if canonical.startswith("-") else ""
        core = self.notation.write(canonical.removeprefix("-"))
        if minus == IN_BRACKETS:
            return f"({self.before}{core}{self.after})"
        if minus == AT_END:
            return f"{self.before}{core}{self.after}-"
        if self.is_minus_inside:
            return self.before + minus + core + self.after
        return minus + self.before + core + self.after

    def rewrite(self, cell: str) -> str | None:
        """Write a cell so that is a plain number, or spaced otherwise; None where it is unclear."""
        if not _PLAIN.fullmatch(cell):
            return self.respace(cell)
        is_sure = self.is_proven or "." not in cell
        return self.write(cell) if is_sure and self.is_clear(cell, is_plain=True) else None

    def respace(self, cell: str) -> str | None:
        """Write a cell so that has the same unit or currency, spaced otherwise; None for others."""
        parts = split(cell)
        if parts is None or not self.notation.pattern.fullmatch(parts.core):
            return None
        if (parts.before.strip(), parts.after.strip()) != (self.before.strip(), self.after.strip()):
            return None
        return self.write(("-" if parts.minus else "") + self.notation.read(parts.core))

    def is_clear(self, canonical: str, *, is_plain: bool) -> bool:
        """Whether a number can only mean itself: 1.234 may be grouped, 0.12 and 1 may be shares.

        Args:
            is_plain: Whether its cell says no more than the number: 1.234, not 1.234,5.
        """
        if is_plain and self.notation.decimal == "," and _MAYBE_GROUPED.fullmatch(canonical):
            return False
        is_share = {"%", "‰"} & {*self.before, *self.after}
        return not is_share or not _SHARE.fullmatch(canonical)


def find_number_style(
    cells: Collection[str],
    *,
    comma: bool | None,
    is_spaced: bool,
    whole: bool = False,
    most_digits: int | None = None,
) -> NumberStyle | None:
    """How cells write their numbers; None when they are no numbers, or not written alike.

    Args:
        cells: None of them empty.
        comma: Whether the decimal sign is a comma where the cells do not tell; None: nobody knows.
        is_spaced: Whether a space between digits may be grouping.
        whole: Whether they are whole numbers: 1,250 is grouped then.
        most_digits: More digits than these are no number's.
    """
    said = _split_all(cells)
    if not said or len({(part.before, part.after) for part in said}) != 1:
        return None
    cores = [part.core for part in said]
    if most_digits and any(_count_digits(core) > most_digits for core in cores):
        return None
    notation = find_notation(cores, comma, is_spaced, whole=whole)
    minuses = [part for part in said if part.minus]
    if notation is None or all(part.minus == IN_BRACKETS for part in said):
        return None
    proven = find_notation(cores, None, is_spaced, whole=whole)
    return NumberStyle(
        notation=notation,
        before=said[0].before,
        after=said[0].after,
        minus=minuses[0].minus if minuses else "-",
        is_minus_inside=any(part.is_minus_inside for part in minuses),
        is_whole=not any(notation.decimal in core for core in cores),
        is_proven=notation == proven and any(not core.isdigit() for core in cores),
        may_be_indian=notation == _WESTERN and all(map(_INDIAN.pattern.fullmatch, cores)),
        is_sure=any(notation.decimal in core and not _ONE_GROUP.fullmatch(core) for core in cores),
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
