"""The scripts of a text: a cheap sign of its language, with nothing to install."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

_JAPANESE = frozenset({"HIRAGANA", "KATAKANA"})
_LATIN = "LATIN"
MIN_LETTERS = 3
MIN_LETTERS_OF_ALL = 2


def count_scripts(text: str) -> Counter[str]:
    """How many letters of each script a text has; kana count with Chinese characters."""
    if text.isascii():
        letters = sum(map(str.isalpha, text))
        return Counter({_LATIN: letters} if letters else {})
    names = (unicodedata.name(c, "").partition(" ")[0] for c in text if c.isalpha())
    return Counter("CJK" if name in _JAPANESE else name for name in names if name)


def find_script(texts: Iterable[str]) -> str | None:
    """The script of most letters; None when there are too few to tell."""
    counts = sum((count_scripts(text) for text in texts), Counter[str]())
    if counts.total() < MIN_LETTERS_OF_ALL:
        return None
    return counts.most_common(1)[0][0]


def is_foreign(text: str, script: str | None) -> bool:
    """Whether a text has letters, and none of them is of the script; no script is never foreign."""
    if script is None or (script == _LATIN and text.isascii()):
        return False
    counts = count_scripts(text)
    return counts.total() >= MIN_LETTERS and not counts[script]
