"""Signs of a text of which a person sees nothing, or which turn its direction. Pure."""

import unicodedata

PLAIN_CONTROLS = "\n\t"
JOINERS = "\u200c\u200d"
"""Persian, Indian scripts and emoji are written with them."""
CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Of Unicode: a model reads them, and a browser obeys some."""


def is_unseen(sign: str) -> bool:
    """Whether nobody sees a sign, and no language is written with it."""
    is_plain = sign in PLAIN_CONTROLS or sign in JOINERS
    return not is_plain and unicodedata.category(sign) in CATEGORIES
