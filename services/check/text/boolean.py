"""Yes and no, as cells hold them and as people spell them."""

from collections import Counter
from collections.abc import Iterable

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
    ("はい", "いいえ"),
    ("نعم", "لا"),
    ("✓", "✗"),
    ("x", ""),
)


def read_boolean(text: str, spelling: Spelling = CANONICAL) -> str | None:
    """Read a yes or no, and write it as `spelling` has it; None when it is neither."""
    if text in spelling:
        return text
    word = fold(text)
    return spelling[0] if word in TRUE else spelling[1] if word in FALSE else None


def find_spelling(cells: Iterable[str]) -> Spelling | None:
    """How existing cells spell true and false; None when none of them is either."""
    counts = Counter(cell.strip() for cell in cells if fold(cell) in TRUE | FALSE)
    said = [spelt for spelt, _ in counts.most_common()]
    true = next((spelt for spelt in said if fold(spelt) in TRUE), None)
    false = next((spelt for spelt in said if fold(spelt) in FALSE), None)
    if true is None and false is None:
        return None
    return (true or _opposite(false or "", 1, 0), false or _opposite(true or "", 0, 1))


def _opposite(spelt: str, this: int, other: int) -> str:
    word = fold(spelt)
    opposite = next((pair[other] for pair in _PAIRS if pair[this] == word), CANONICAL[other])
    return (
        opposite.upper()
        if len(spelt) > 1 and spelt.isupper()
        else (opposite.capitalize() if spelt[:1].isupper() else opposite)
    )
