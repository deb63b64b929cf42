"""Makes text that others wrote safe for a terminal: cells can hold escape sequences."""

import json
import re
import sys
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


def legible(name: str) -> str:
    """A file's name as text: bytes of it that are no UTF-8 are told as such.

    Not by os.fsencode: where the locale is ASCII, that has no bytes for words read as UTF-8.
    """
    return to_bytes(name).decode(errors="replace")


def to_bytes(name: str) -> bytes:
    """A file's name, or what may be one, as its bytes."""
    return name.encode("utf-8", "surrogateescape")


def is_sendable(text: str) -> bool:
    """Whether it can be a header's value: some characters, all of them printable ASCII."""
    return bool(text.strip()) and text.isascii() and text.isprintable()


def escape_json(document: bytes) -> str:
    """The same JSON, with what a terminal obeys or does not know as escapes: it reads as it was."""
    told = escape_obeyed(document.decode())
    return told if sys.stdout.encoding.startswith("utf") else _as_ascii(told)


def escape_obeyed(document: str) -> str:
    """The same JSON, with what a terminal obeys as escapes, whatever this one knows."""
    return OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


def _as_ascii(document: str) -> str:
    """JSON has an escape for each half of a character beyond U+FFFF."""
    return "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in document)
