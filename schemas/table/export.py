"""What goes with an exported file, and how its cells are written.

A spreadsheet runs what begins like a formula, so such a cell gets an apostrophe in front. An amount
or a phone number cannot be run and gets none, whatever its column's type: a sign, digits with what
groups them, a currency or unit, and no operator.
"""

import re
import unicodedata

from schemas.table.letter import LETTER

ENGINE_HEADER = "X-Brainshare-Engine"
"""What answered: "demo" or "model"; absent while nothing has been called."""

ORIGIN = "(origin)"
EXISTING = "existing"
FILLED = "existing, with suggested values"
SUGGESTED = "suggested"
DEMO_MARK = " (demo data)"

FORMULA_STARTS = frozenset("=+-@")
CELL_STARTS = ("\t", "\n")
SPACE = " \u00a0\u2009\u202f"
SIGNS = "%‰٪$¢£¤¥֏؋৲৳૱௹฿៛\u20a0-\u20c0﷼﹩＄￠￡￥￦"
# Arabic and Hebrew are written with them.
DIRECTION = "[\u200e\u200f\u061c]?"
UNIT = rf"°?(?:{LETTER}[.॰]?){{0,12}}(?:[{SPACE}](?:{LETTER}[.॰]?){{1,12}}){{0,2}}"
AMOUNT = re.compile(
    rf"{DIRECTION}[+-][{SPACE}]?{DIRECTION}(?:[{SIGNS}][{SPACE}]?)?\.?[0-9](?:[0-9.,'’{SPACE}]*[0-9])?"
    rf"(?:[{SPACE}]?{DIRECTION}(?:[{SIGNS}]|{UNIT})|[eE][+-]?[0-9]+){DIRECTION}"
)
SIGNS_ALONE = re.compile("[+-]{1,3}")
LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# No spreadsheet shows a control character or one that overrides the direction of writing, and a
# terminal obeys it. The marks that Arabic and Hebrew are written with are no such.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")


def escape(cell: str) -> str:
    """The cell without what a spreadsheet would run."""
    shown = HIDDEN.sub("", LINE_END.sub("\n", cell))
    if AMOUNT.fullmatch(shown) or SIGNS_ALONE.fullmatch(shown):
        return shown
    return f"'{shown}" if shown.startswith(CELL_STARTS) or _is_formula(shown) else shown


def _is_formula(text: str) -> bool:
    """Full-width and small forms of the signs start a formula too."""
    visible = (char for char in text if unicodedata.category(char) not in INVISIBLE)
    first = next(visible, "")
    return not FORMULA_STARTS.isdisjoint(unicodedata.normalize("NFKC", first))
