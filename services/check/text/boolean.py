"""Yes and no, as cells hold them and as people spell them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from schemas.table.letter import WORD_END, WORD_START
from services.check.text.folding import fold

# Yes and no, the more usual one first where a word has two opposites.
_SAID = """
true false|yes no|1 0|on off|y n|t f|ja nein|oui non|sí no|si no|wahr falsch|vrai faux
ja nee|ja nej|ja nei|já nei|sim não|sì no|verdadero falso|vero falso|verdadeiro falso|da nu|da ne
tak nie|ano ne|áno nie|igen nem|kyllä ei|jah ei|jā nē|taip ne|evet hayır|po jo|bai ez|ya tidak
có không|ndiyo hapana|да нет|так ні|да не|ναι όχι|כן לא|نعم لا|بله خیر|ہاں نہیں|हाँ नहीं|हां नहीं
হ্যাঁ না|ஆம் இல்லை|ใช่ ไม่ใช่|はい いいえ|是 否|예 아니요|예 아니오|네 아니요|✓ ✗|✔ ✘|✅ ❌|☑ ☐
"""
_PAIRS = (
    *((pair.split()[0], pair.split()[1]) for pair in re.split("[|\n]", _SAID.strip())),
    ("x", ""),
)
TRUE = frozenset(true for true, _ in _PAIRS)
FALSE = frozenset(false for _, false in _PAIRS) - {""}
WORDS = TRUE | FALSE
_MARKS = frozenset(["✓", "✗", "✔", "✘", "✅", "❌", "☑", "☐"])
_KNOWN = frozenset(["true", "false", "yes", "no", "1", "0", "on", "off", "y", "n", "t", "f"])
"""Words that mean the same beside those of any language."""

_CROSS = "x"
"""True where a column has nothing else, a no beside ticks: without more it is neither."""

_UNCLEAR = frozenset((_CROSS, "jo", "ne"))
"""Both yes and no: a Danish and an Albanian `jo`, a Greek and a Czech `ne`."""

Spelling = tuple[str, str]
"""How true and false are spelt."""

CANONICAL: Spelling = ("true", "false")
_LONG = frozenset((("true", "false"), ("yes", "no")))
_ASKS = re.compile(
    r"^(?:is|has|have|had|can|was|were|are|did|does|do|should|will|ist|hat|kann|est|tiene)"
    rf"{WORD_END}|\?$|{WORD_START}(?:active|available|enabled|valid|open|done|paid|member|seen|present|optional|smoker"
    r"|flag|boolean|y/n|yes/no|ja/nein|oui/non|si/no|aktiv|bezahlt|erledigt|vorhanden|mitglied"
    rf"|actif|disponible|pagado|activo|[a-z]{{2,}}[^\We]ed){WORD_END}"
)


def read_boolean(text: str, spelling: Spelling = CANONICAL) -> str | None:
    """Read a yes or no, and write it as `spelling` has it; None when it is neither.

    The opposite of what is there stays as it is: nee beside ja, though nein is more usual.
    """
    word, (true, false) = fold(text), map(fold, spelling)
    if word not in (true, false) and not _is_clear(word, {true, false}):
        return None
    if word not in (true, false) and ((true, word) in _PAIRS or (word, false) in _PAIRS):
        return text
    is_true = word != false and (word in TRUE or word == true)
    return spelling[0] if is_true else spelling[1]


def _is_clear(word: str, own: set[str]) -> bool:
    """Whether a word can mean but one of yes and no beside a column's own: jo is both."""
    if _CROSS in own and word in _MARKS:
        return False
    if any(word in pair and own & {*pair} - {""} for pair in _PAIRS):
        return True
    return word in WORDS - _UNCLEAR and (word in _KNOWN | _MARKS or bool(own & _KNOWN))


def rewrite_boolean(text: str, spelling: Spelling) -> str | None:
    """Write what can only be a yes or no as `spelling` has it: true, false, and its own words."""
    word = fold(text)
    for place, spelt in enumerate(spelling):
        if word in (fold(spelt), CANONICAL[place]):
            return spelt
    return None


def find_spelling(cells: Iterable[str]) -> Spelling | None:
    """How existing cells spell true and false; None when none of them is either."""
    written = Counter(filter(None, map(str.strip, cells)))
    is_crossed = {fold(cell) for cell in written} == {_CROSS}
    known = WORDS if is_crossed else WORDS - {_CROSS}
    said = [spelt for spelt, _ in written.most_common() if fold(spelt) in known]
    true = next((spelt for spelt in said if fold(spelt) in TRUE), None)
    false = next((spelt for spelt in said if fold(spelt) in FALSE), None)
    if true is None and false is None:
        return None
    letter = _other_letter(written, true or false or "")
    return (
        true or letter or _opposite(false or "", 1, 0),
        false or letter or _opposite(true or "", 0, 1),
    )


def _other_letter(written: Counter[str], known: str) -> str | None:
    """The second letter of a column that has two, one of which is known: S beside N."""
    others = [cell for cell in written if fold(cell) != fold(known)]
    is_pair = len(others) == len(known) == 1 and len(others[0]) == 1 and others[0].isalpha()
    return others[0] if is_pair else None


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
    """Whether each of the cells is a yes or no: where one is partly, there are three answers."""
    return {fold(cell) for cell in cells} <= WORDS


def _opposite(spelt: str, this: int, other: int) -> str:
    word = fold(spelt)
    opposite = next((pair[other] for pair in _PAIRS if pair[this] == word), CANONICAL[other])
    return (
        opposite.upper()
        if len(spelt) > 1 and spelt.isupper()
        else (opposite.capitalize() if spelt[:1].isupper() else opposite)
    )
