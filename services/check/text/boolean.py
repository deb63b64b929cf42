"""Yes and no, as cells hold them and as people spell them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from services.check.text.folding import fold

# A line of words is easier to read than one word a line.
_TRUE = "true yes 1 on y t wahr ja oui vrai sí si はい نعم ✓ ✔ x"
_FALSE = "false no 0 off n f falsch nein non faux いいえ لا ✗ ✘"
TRUE, FALSE = frozenset(_TRUE.split()), frozenset(_FALSE.split())

Spelling = tuple[str, str]
"""How true and false are spelt."""

CANONICAL: Spelling = ("true", "false")
_PAIRS = (
    ("true", "false"),
    ("yes", "no"),
    ("1", "0"),
    ("on", "off"),
    ("y", "n"),
    ("t", "f"),
    ("ja", "nein"),
    ("oui", "non"),
    ("sí", "no"),
    ("si", "no"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("はい", "いいえ"),
    ("نعم", "لا"),
    ("✓", "✗"),
    ("x", ""),
)


_LONG = frozenset((("true", "false"), ("yes", "no")))
_ASKS = re.compile(
    r"^(?:is|has|have|had|can|was|were|are|did|does|do|should|will|ist|hat|kann|est|tiene)\b"
    r"|\?$|\b(?:active|available|enabled|valid|open|done|paid|member|seen|present|optional|smoker"
    r"|flag|boolean|y/n|yes/no|ja/nein|oui/non|si/no|aktiv|bezahlt|erledigt|vorhanden|mitglied"
    r"|actif|disponible|pagado|activo|[a-z]{2,}[^\We]ed)\b"
)


def read_boolean(text: str, spelling: Spelling = CANONICAL) -> str | None:
    """Read a yes or no, and write it as `spelling` has it; None when it is neither."""
    if text in spelling:
        return text
    word = fold(text)
    return spelling[0] if word in TRUE else spelling[1] if word in FALSE else None


def rewrite_boolean(text: str, spelling: Spelling) -> str | None:
    """Write what can only be a yes or no as `spelling` has it: true, false, and its own words."""
    word = fold(text)
    for place, spelt in enumerate(spelling):
        if word in (fold(spelt), CANONICAL[place]):
            return spelt
    return None


def find_spelling(cells: Iterable[str]) -> Spelling | None:
    """How existing cells spell true and false; None when none of them is either."""
    counts = Counter(cell.strip() for cell in cells if fold(cell) in TRUE | FALSE)
    said = [spelt for spelt, _ in counts.most_common()]
    true = next((spelt for spelt in said if fold(spelt) in TRUE), None)
    false = next((spelt for spelt in said if fold(spelt) in FALSE), None)
    if true is None and false is None:
        return None
    return (true or _opposite(false or "", 1, 0), false or _opposite(true or "", 0, 1))


def is_boolean(cells: Sequence[str], header: str) -> bool:
    """Whether cells whose type nobody has given can only be yes and no.

    All of them are of one pair. Yes and no, true and false need both to be there again and again;
    with other words, and with one of the two only, the header has to ask for it: NO is a country.
    """
    words = {fold(cell) for cell in cells}
    pair = next((pair for pair in _PAIRS if words and words <= {*pair} - {""}), None)
    if pair is None:
        return False
    is_told = pair in _LONG and len(words) == 2 and len(cells) > 2
    return is_told or bool(_ASKS.search(fold(header)))


def are_plain_booleans(cells: Iterable[str]) -> bool:
    """Whether each of the cells is a yes or no, or one of them says so in full: true, no."""
    words = {fold(cell) for cell in cells}
    return words <= TRUE | FALSE or not words.isdisjoint({word for pair in _LONG for word in pair})


def _opposite(spelt: str, this: int, other: int) -> str:
    word = fold(spelt)
    opposite = next((pair[other] for pair in _PAIRS if pair[this] == word), CANONICAL[other])
    return (
        opposite.upper()
        if len(spelt) > 1 and spelt.isupper()
        else (opposite.capitalize() if spelt[:1].isupper() else opposite)
    )
