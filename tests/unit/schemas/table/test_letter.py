"""Words in any script: marks are part of their letters."""

import re
import sys
import unicodedata

import pytest

from schemas.table.letter import LETTER, MARKS, WORD_END, WORD_START, is_mark

# Supplement of variation selectors: no word has them.
SELECTORS = range(0xE0100, 0xE01F0)


def test_every_mark_of_unicode_is_one() -> None:
    marks = re.compile(f"[{MARKS}]")
    for code in {*range(sys.maxunicode + 1)} - {*SELECTORS}:
        char = chr(code)
        if unicodedata.category(char).startswith("M"):
            assert marks.match(char)
            assert is_mark(char)


@pytest.mark.parametrize(
    "word", ["km", "किलोमीटर", "ကီလိုမီတာ", "ᬓᬶᬮᭀᬫᬾᬢᭂᬃ", "ꦏꦶꦭꦺꦴ", "กิโลเมตร", "ق‌م", "ས་མཚོ", "ק״מ"]
)
def test_a_word_is_one_whole_word(word: str) -> None:
    assert re.fullmatch(f"{LETTER}+", word)
    assert re.findall(f"{WORD_START}{LETTER}+{WORD_END}", f"5 {word}, {word}") == [word, word]
    assert not re.search(f"{re.escape(word[0])}{WORD_END}", word)
