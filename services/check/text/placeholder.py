"""Words and signs that stand for a value which is not there."""

import re
import unicodedata
from collections.abc import Collection

from schemas.table.letter import WORD_END, WORD_SIGN
from services.check.text.folding import fold

SIGNS = frozenset(("-", "--", "---", "–", "—", "?", "??", "???", "...", "…"))
"""What says nothing in a column of words, and is a value in one of signs."""

# "Na" and "None" are left out: the one is sodium, the other a true answer.
_MARKS = (
    *("n/a", "n.a.", "n. a.", "#n/a", "tbd", "tba", "t.b.d.", "to be determined"),
    *("to be announced", "to be confirmed", "placeholder", "未定"),
)
MARKS = frozenset(_MARKS) | SIGNS
"""What says of every kind of thing that nothing is known of it."""

_UNKNOWN = (
    *("unknown", "not known", "not available", "not applicable", "undefined", "unspecified"),
    *("k. a.", "k.a.", "unbekannt", "inconnu", "desconocido", "不明", "غير معروف"),
)
UNKNOWN = frozenset(_UNKNOWN)
"""What is an answer in a text column, as to who painted it, and nothing where a number is due."""

WORDS = frozenset(("null", "nil", "nan", "todo", "sample", "example", "dummy", "test", "xxx"))
"""What is a name, a state or a kind of cricket elsewhere."""

_NUMBERED = re.compile(rf"(sample|example|placeholder|dummy|test|lorem){WORD_END}.{{0,3}}[0-9]*")
_GRADE = re.compile(rf"{WORD_SIGN}{{1,2}}[-+*?!–−]+|[-+*?!–−]+{WORD_SIGN}{{1,2}}")


def is_placeholder(cell: str) -> bool:
    """Whether a cell says only that there is no value, where a number or date is due."""
    if _is_plainly_none(cell):
        return False
    word = fold(cell)
    return (
        _says_nothing(word) or word in UNKNOWN or word in WORDS or bool(_NUMBERED.fullmatch(word))
    )


def is_mark(cell: str) -> bool:
    """Whether a cell says only that there is no value, whatever is due."""
    return not _is_plainly_none(cell) and _says_nothing(fold(cell))


def is_unknown(cell: str) -> bool:
    """Whether a cell says that its value is not known, which is an answer of its own in a text."""
    return fold(cell) in UNKNOWN


def is_sign(cell: str) -> bool:
    """Whether a cell is one of the signs that stand for nothing where signs are no values."""
    return fold(cell) in SIGNS


def has_signs(cells: Collection[str]) -> bool:
    """Whether signs are values among cells: Morse code, marks of chess, +, grades, characters."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    said = [cell for cell in filled if not is_sign(cell)]
    if not said:
        return len(set(filled)) > 1
    if len(said) > 1 and all(len(cell) == 1 for cell in said):
        return True
    return any(_GRADE.fullmatch(cell) or _is_signs(cell) for cell in said)


def name_placeholder(cell: str) -> str:
    """By what name a column uses a placeholder as a value: sample for Sample 3."""
    word = fold(cell)
    found = _NUMBERED.fullmatch(word)
    return found[1] if found else word


def _says_nothing(word: str) -> bool:
    return word in MARKS or word.startswith("lorem ipsum")


def _is_signs(cell: str) -> bool:
    """Whether a cell has neither letters nor digits; what modifies a letter is a sign."""
    return not any(c.isalnum() and unicodedata.category(c) != "Lm" for c in cell)


def _is_plainly_none(cell: str) -> bool:
    """Whether a look is enough, as for most cells."""
    return cell[:1].isdigit()
