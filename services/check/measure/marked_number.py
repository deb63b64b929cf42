"""Numbers that say more than their digits: a plus, another minus, a power, an uncertainty, a half.

In digits alone +5 is no change any more, 1.90e27 has 28 digits that nobody measured, and it is
lost how far 0.8414(19) is known: they stay as they were written.
"""

import re

from services.check.measure.number_form import FRACTION, find_form
from services.check.text.folding import write_ascii

_DIGITS = r"[0-9]+(?:[.,'’ ][0-9]+)*"
_POWER = r"\^[({]?[+-]?[0-9]+[)}]?|\*\*[+-]?[0-9]+|[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|<sup>[+-]?[0-9]+</sup>"
_UNCERTAINTY = (
    rf"(?:\s?[(\[][^()\[\]]{{,40}}[0-9][^()\[\]]{{,40}}[)\]]){{1,3}}|\s?(?:±|∓|\+/-|\+-)\s?{_DIGITS}"
    rf"|\s?\+\s?{_DIGITS}\s?[-/]\s?-?{_DIGITS}"
)
_MARKED = re.compile(
    rf"(?P<sign>[+-]?)\s?(?P<core>{_DIGITS}|[.,][0-9]+)(?P<about>{_UNCERTAINTY})?"
    rf"(?:[eE](?P<e>[+-]?[0-9]{{1,5}})|\s?[×xX*·⋅∙]\s?10(?P<ten>{_POWER})|(?P<power>{_POWER}))?"
    r"(?P<unit>\s?[^\s\d()\[\]<>=?!.,;:/+*^-][^\s\d()\[\]<>=?!;:]{0,11}(?: [^\s\d()]{1,8})?)?"
)
# Minus signs beside that of ASCII.
_MINUS = re.compile("^[\u2010-\u2014\u2212\ufe63\uff0d]")
_PART = re.compile(r"[.,]([0-9]{1,2}|[0-9]{4,})$")
_RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")


def is_marked_number(cell: str, *, whole: bool) -> bool:
    """Whether a cell is a number with such a sign, and a unit perhaps.

    Args:
        whole: Whether only whole numbers will do: 6.02e23 is one, 1.5e-7 none.
    """
    if find_form(cell) == FRACTION:
        return not whole
    text = cell.strip()
    found = _MARKED.fullmatch(write_ascii(text))
    if found is None:
        return False
    powers = [found["e"], found["ten"], found["power"]]
    is_minus = bool(_MINUS.match(text)) and not found["unit"]
    if not (found["sign"] == "+" or found["about"] or any(powers) or is_minus):
        return False
    if not whole:
        return True
    part = _PART.search(found["core"])
    return (len(part[1]) if part else 0) <= _read_power(powers)


def _read_power(powers: list[str | None]) -> int:
    """The exponent, 0 where there is none."""
    written = next(filter(None, powers), "0").translate(_RAISED)
    found = re.search("[+-]?[0-9]+", re.sub("[*^({]|<sup>", "", written))
    return int(found[0]) if found else 0
