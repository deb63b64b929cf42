"""Makes text that others wrote safe for a terminal: cells can hold escape sequences."""

import re
import unicodedata

from rich.text import Text

BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
HIDDEN = re.compile(f"[{BIDI}]")
# JSON itself escapes the characters below U+0020 only.
OBEYED = re.compile(f"[\x7f-\x9f\u2028\u2029{BIDI}]")


def plain(text: str) -> str:
    """The text in one line, without control and bidi characters."""
    visible = HIDDEN.sub("", text)
    return "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in visible
    )


def safe(text: str, style: str = "") -> Text:
    """The text for rich, in which nothing is markup."""
    return Text(plain(text), style=style)


def escape_json(document: bytes) -> str:
    """The same JSON, with what a terminal obeys written as escapes: it reads as it was."""
    return OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", document.decode())
