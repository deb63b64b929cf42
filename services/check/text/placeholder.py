"""Words that stand for a value which is not there."""

import re

from services.check.text.folding import fold

# "Na" and "None" are left out: the one is sodium, the other a true answer.
PLACEHOLDERS = frozenset(
    {
        "n/a",
        "n.a.",
        "n. a.",
        "#n/a",
        "not available",
        "not applicable",
        "unknown",
        "not known",
        "undefined",
        "unspecified",
        "null",
        "nil",
        "nan",
        "tbd",
        "tba",
        "t.b.d.",
        "to be determined",
        "to be announced",
        "to be confirmed",
        "todo",
        "sample",
        "example",
        "placeholder",
        "dummy",
        "test",
        "xxx",
        "-",
        "--",
        "---",
        "–",
        "—",
        "?",
        "??",
        "???",
        "...",
        "…",
        "k. a.",
        "k.a.",
        "unbekannt",
        "inconnu",
        "desconocido",
        "不明",
        "未定",
        "غير معروف",
    }
)
_NUMBERED = re.compile(r"(?:sample|example|placeholder|dummy|test|lorem)\b.{0,3}[0-9]*")


def is_placeholder(cell: str) -> bool:
    """Whether a cell says only that there is no value."""
    word = fold(cell)
    return word in PLACEHOLDERS or word.startswith("lorem ipsum") or bool(_NUMBERED.fullmatch(word))
