"""What words are made of in any script: `\\w` knows nothing of the marks on their letters.

In Hindi, Burmese, Javanese and others a word has marks in it and often ends with one: a pattern
that stops there takes a part of the word for all of it.
"""

import unicodedata
from collections.abc import Iterator
from itertools import groupby

# Where Unicode has marks: to look at all of it would take each command a tenth of a second.
_BLOCKS = (
    *((0x300, 0x3100), (0xA600, 0xAC00), (0xFB00, 0xFE30), (0x10000, 0x12000), (0x13400, 0x13500)),
    *((0x16A00, 0x17000), (0x1BC00, 0x1BD00), (0x1CF00, 0x1E960)),
)
_JOINERS = "\u200c\u200d\u0f0b\u05f3\u05f4"
"""What stands between letters of one word in Persian, Hindi, Tibetan and Hebrew."""


def _list_marks() -> Iterator[str]:
    """All marks, as what stands between the brackets of a pattern."""
    codes = [
        code
        for first, end in _BLOCKS
        for code in range(first, end)
        if unicodedata.category(chr(code)).startswith("M")
    ]
    for _, group in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        span = [code for _, code in group]
        yield f"{chr(span[0])}-{chr(span[-1])}"


MARKS = "".join(_list_marks()) + _JOINERS
"""Marks that stand on letters, for the brackets of a pattern."""
LETTER = rf"(?:[^\W\d_][{MARKS}]*)"
"""A letter with its marks."""
WORD_SIGN = rf"(?:\w[{MARKS}]*)"
"""What `\\w` matches, with its marks."""
WORD_START, WORD_END = rf"(?<![\w{MARKS}])", rf"(?![\w{MARKS}])"
"""As `\\b` in front of a word and behind one."""


def is_mark(char: str) -> bool:
    """Whether a character stands on a letter, or between two of one word."""
    return char in _JOINERS or unicodedata.category(char)[0] == "M"
