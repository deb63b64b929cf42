"""When two names or values count as the same."""

import re
import unicodedata

# Within a word a joiner makes another word of it: Persian is written so.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u061c\u2060\ufeff]|^[\u200c\u200d]+|[\u200c\u200d]+$")


def fold(text: str) -> str:
    """Fold case, compatibility forms, white space and what nobody sees away.

    Look-alikes compare equal then.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    visible = _INVISIBLE.sub("", text)
    return " ".join(unicodedata.normalize("NFKC", visible).casefold().split())
