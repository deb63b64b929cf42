"""The form of what stands for a number: (9), a range, a fraction; cells of one form are alike."""

import re

from services.check.text.style import shape

FRACTION, RANGE = "½", "9-9"
"""The forms of 1 1/2 and ¼; of 5-7, <0.5, >10 and 13+."""

_NUMBER = r"-?[0-9][0-9.,'’\u00a0\u202f]*"
_UNIT = r"(?:\s?[^\s\d()+-]{1,8})?"
_DASH = re.compile(
    "\\s*[-\u2010-\u2015\u2212]\\s*(?=[0-9])|(?<=[0-9])\\s*[~\u301c\uff5e]\\s*(?=[0-9])"
)
_RANGE = re.compile(
    rf"(?:[<>≤≥≦≧]=?\s*{_NUMBER}|{_NUMBER}-{_NUMBER}|{_NUMBER}\s?(?:to|bis|à|a)\s?{_NUMBER}"
    rf"|{_NUMBER}\s?\+){_UNIT}"
)
_FRACTION = re.compile(
    rf"-?(?:(?:[0-9]+[\s-])?[0-9]+[/\u2044][0-9]+|[0-9]*\s?[\u00bc-\u00be\u2150-\u215f\u2189]){_UNIT}"
)
_DIRECTION = re.compile("[\u200e\u200f\u061c]")
# A power of ten: 1.9e27, 1.9*10^27, 1.9·10²⁷.
_POWER = re.compile(
    r"\s?[×x*·]\s?10(?:\^[-\u2212]?[0-9]+|[⁻⁰¹²³⁴-⁹]+)|(?<=[0-9])[eE][+-]?[0-9]+(?=\s|$)"
)


def find_form(cell: str) -> str:
    """The pattern of a cell whose numbers may be of any length: (1,234.50) and (7) are both (9)."""
    even = _DASH.sub("-", cell.strip())
    if _FRACTION.fullmatch(even):
        return FRACTION
    if _RANGE.fullmatch(even):
        return RANGE
    digits = _DIRECTION.sub("", shape(_POWER.sub("×10^9", even)))
    return re.sub("9(?:[.,'’٫٬، \u00a0\u202f]9)+", "9", re.sub("^-(?=.)", "", digits))
