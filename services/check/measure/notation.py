"""How digits are put together: decimal sign and grouping, all numbers of a column alike."""

import re
from dataclasses import dataclass
from functools import cached_property

DIGITS = frozenset("0123456789")
SPACES = "\u00a0\u2009\u202f"


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
        if not self.group or len(whole) <= 3 or whole.startswith("0"):
            return whole
        head, size = whole[:-3], 2 if self.is_indian else 3
        first = len(head) % size
        groups = [head[n : n + size] for n in range(first, len(head), size)]
        return self.group.join([*([head[:first]] if first else []), *groups, whole[-3:]])


PLAIN = Notation()


def find_notation(
    cores: list[str], comma: bool | None, is_spaced: bool, *, whole: bool = False
) -> Notation | None:
    """The one notation in which all numbers are written; None when there is none, or several.

    Args:
        cores: Numbers without sign and unit.
        comma: Whether the decimal sign is a comma where the numbers do not tell; None: unknown.
        is_spaced: Whether a space may be grouping.
        whole: Whether they are whole numbers: 1,250 and 1 250 are grouped then.
    """
    is_spaced = is_spaced or whole
    signs = set("".join(cores)) - DIGITS
    if not signs:
        decimal = "," if comma else "."
        plain = Notation(decimal)
        return plain if all(map(plain.pattern.fullmatch, cores)) else None
    fitting = [one for one in _list_notations(signs, is_spaced) if _fits(one, cores)]
    if whole:
        wholly = [one for one in fitting if not any(one.decimal in core for core in cores)]
        fitting = wholly or [one for one in fitting if not one.group]
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
