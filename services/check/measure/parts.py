"""A cell around its digits: signs, currency and unit."""

import re
from dataclasses import dataclass, replace

from schemas.table.letter import MARKS
from services.check.measure.notation import SPACES
from services.check.measure.unit import is_currency, is_unit

IN_BRACKETS, AT_END = "()", " -"
"""How accounts write a minus: (12.50), 12.50-."""

_PARTS = re.compile(
    r"(?P<first>[-\u2212]?)(?P<before>[^0-9+\-\u2212]*)(?P<second>[-\u2212]?)"
    rf"(?P<core>[0-9](?:[0-9.,'’ {SPACES}]*[0-9])?)(?:[.,][-\u2013\u2014]{{1,2}})?"
    r"(?P<after>[^0-9]*(?:(?<=m)[23])?)"
)
_BEFORE = rf"(?P<sign>[A-Z][A-Za-z]{{0,3}}[$.£¥₩€]?|[^\s\w{MARKS}()\[\]<>=≤≥~≈±*#/+.,;:-]{{1,2}})"
_AFTER = r"(?P<unit>[^\s\d()\[\]+*?!/.,;:-][^\s\d()\[\]]{0,11}(?: [^\s\d()\[\]]{1,12}){0,2})"
_MEASURED = re.compile(
    rf"(?P<minus>-?)(?:{_BEFORE}\s?)?(?P<core>-?[0-9](?:[0-9.,'’ {SPACES}]*[0-9])?)(?:\s?{_AFTER})?"
)


@dataclass(frozen=True)
class Parts:
    """What a number is made of.

    Attributes:
        minus: As it is written; is_minus_inside: whether it stands behind the currency.
        before: What stands before the digits, after: behind them; with the spaces between.
    """

    minus: str
    is_minus_inside: bool
    before: str
    core: str
    after: str


def split(cell: str) -> Parts | None:
    """Take a cell apart; None when there is more to it than digits, their signs and a unit."""
    if cell[:1] == "(" and cell[-1:] == ")":
        return _negate(_split(cell[1:-1]), IN_BRACKETS)
    if cell[-1:] in ("-", "\u2212") and cell[-2:-1].isdigit():
        return _negate(_split(cell[:-1]), AT_END)
    return _split(cell)


def _split(cell: str) -> Parts | None:
    found = _PARTS.fullmatch(cell)
    if found is None or (found["first"] and found["second"]):
        return None
    before, after = found["before"].strip(), found["after"].strip()
    # In Turkish the sign comes first: %12.
    is_before = before in ("", "%") or is_currency(before)
    if not is_before or (after and not is_unit(after)):
        return None
    # 5M may be five million, and 293 K is a temperature.
    if len(after) == 1 and after in "MKBT" and found["after"] != " K":
        return None
    minus = found["first"] or found["second"]
    return Parts(minus, bool(found["second"]), found["before"], found["core"], found["after"])


def _negate(parts: Parts | None, minus: str) -> Parts | None:
    """A number whose minus is written otherwise, unless it has a sign of its own."""
    return None if parts is None or parts.minus else replace(parts, minus=minus)


def has_unit(cell: str) -> bool:
    """Whether a cell is a number with a unit or currency that is known."""
    parts = split(cell)
    return parts is not None and bool((parts.before + parts.after).strip())


def measure(cell: str) -> tuple[str, tuple[str, ...]] | None:
    """A cell's number and what stands beside it: -4.7 and kΩ; None where nothing does."""
    if parts := split(cell):
        minus, core, beside = parts.minus, parts.core, (parts.before, parts.after)
    elif found := _MEASURED.fullmatch(cell):
        minus, core, beside = found["minus"], found["core"], (found["sign"], found["unit"])
    else:
        return None
    units = tuple(unit.strip() for unit in beside if unit and unit.strip())
    minus = "-" if minus in (IN_BRACKETS, AT_END) else minus
    return (minus + core, units) if units else None
