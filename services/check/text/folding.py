"""When two names or values count as the same."""

import re
import unicodedata

from schemas.table.letter import LETTER

# Within a word a joiner makes another word of it: Persian is written so.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u061c\u2060\ufeff]|^[\u200c\u200d]+|[\u200c\u200d]+$")

_HALF_WIDTH = {"．": ".", "，": ",", "＋": "+"}
# Of two or three letters are symbols, codes and units, in which the case says something.
_WORD = re.compile(rf"{LETTER}{{4,}}")


def fold(text: str) -> str:
    """Fold case, compatibility forms, white space and what nobody sees away.

    Look-alikes compare equal then.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    visible = _INVISIBLE.sub("", text)
    return " ".join(unicodedata.normalize("NFKC", visible).casefold().split())


def identify(text: str) -> str:
    """What a value that identifies a row is compared by.

    Words are folded. A sign is itself: m is not M, nor m2 m², nor Co CO, nor one id another.
    """
    folded = fold(text)
    if _WORD.search(folded) and not any(sign.isnumeric() for sign in folded):
        return folded
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def write_ascii(text: str) -> str:
    """Other scripts' digits, minus signs and spaces as ASCII has them, no marks of direction."""
    if text.isascii():
        return text
    # An Arabic decimal sign, and one between groups.
    text = re.sub("[\u200e\u200f\u061c]", "", text)
    text = text.replace("\u066b", ".").replace("\u066c", "'")
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    digits = re.sub("[．，＋](?=[0-9])", lambda sign: _HALF_WIDTH[sign[0]], digits)
    minus = "[\u2010-\u2013\u2212\ufe63\uff0d](?=[0-9])"
    return re.sub(minus, "-", re.sub("[\u00a0\u2009\u202f]", " ", digits))
