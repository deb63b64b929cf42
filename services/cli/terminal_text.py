"""Makes text that others wrote safe for a terminal: cells can hold escape sequences."""

import re
import unicodedata

from rich.text import Text

HIDDEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def plain(text: str) -> str:
    """The text in one line, without control and bidi characters."""
    visible = HIDDEN.sub("", text)
    return "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in visible
    )


def safe(text: str, style: str = "") -> Text:
    """The text for rich, in which nothing is markup."""
    return Text(plain(text), style=style)
