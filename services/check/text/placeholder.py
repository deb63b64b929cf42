"""Words that stand for a value which is not there."""

import re

from services.check.text.folding import fold

# "Na" and "None" are left out: the one is sodium, the other a true answer.
_MARKS = (
    *("n/a", "n.a.", "n. a.", "#n/a", "not available", "not applicable", "unknown", "not known"),
    *("undefined", "unspecified", "tbd", "tba", "t.b.d.", "to be determined", "to be announced"),
    *("to be confirmed", "placeholder", "-", "--", "---", "–", "—", "?", "??", "???", "...", "…"),
    *("k. a.", "k.a.", "unbekannt", "inconnu", "desconocido", "不明", "未定", "غير معروف"),
)
MARKS = frozenset(_MARKS)
"""What says of every kind of thing that nothing is known of it."""

WORDS = frozenset(("null", "nil", "nan", "todo", "sample", "example", "dummy", "test", "xxx"))
"""What is a name, a state or a kind of cricket elsewhere."""

_NUMBERED = re.compile(r"(sample|example|placeholder|dummy|test|lorem)\b.{0,3}[0-9]*")


def is_placeholder(cell: str) -> bool:
    """Whether a cell says only that there is no value, where a number or date is due."""
    if _is_plainly_none(cell):
        return False
    word = fold(cell)
    return _says_nothing(word) or word in WORDS or bool(_NUMBERED.fullmatch(word))


def is_mark(cell: str) -> bool:
    """Whether a cell says only that there is no value, whatever is due."""
    return not _is_plainly_none(cell) and _says_nothing(fold(cell))


def name_placeholder(cell: str) -> str:
    """By what name a column uses a placeholder as a value: sample for Sample 3."""
    word = fold(cell)
    found = _NUMBERED.fullmatch(word)
    return found[1] if found else word


def _says_nothing(word: str) -> bool:
    return word in MARKS or word.startswith("lorem ipsum")


def _is_plainly_none(cell: str) -> bool:
    """Whether a look is enough, as for most cells."""
    return cell[:1].isdigit()
