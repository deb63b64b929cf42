"""Text that may be shown: no hidden characters, no links, no markup, one line."""

import re
import unicodedata
from collections.abc import Callable

# Zero width joiners stay: Persian and emoji need them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)?")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_URL = re.compile(
    r"(?:\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://|\bwww\.|\b(?:javascript|data|vbscript):(?=\S))\S*",
    re.IGNORECASE,
)
_MARKUP = (_IMAGE, _LINK, _TAG, _URL)
_MAY_BE_MARKUP = re.compile(r"[<\[:]|www\.", re.IGNORECASE)


def has_markup(text: str) -> bool:
    """Whether a text holds a link, an address or markup."""
    # One look spares most cells four.
    return bool(_MAY_BE_MARKUP.search(text)) and any(p.search(text) for p in _MARKUP)


def has_hidden(text: str) -> bool:
    """Whether a text holds control characters or such as turn the direction of writing."""
    return not _is_visible(text) and bool(_HIDDEN.search(text))


def tidy(text: str, *, multi_line: bool = False) -> str:
    """Trim, normalize to NFC, and take out hidden characters and needless white space."""
    if _is_visible(text):
        return " ".join(text.split())
    return _settle(text, lambda before: _tidy_once(before, multi_line))


def strip_markup(text: str, *, multi_line: bool = False) -> str:
    """Tidy a text and take links, addresses and markup out of it; a link's words stay."""
    if not _MAY_BE_MARKUP.search(text) and _is_visible(text):
        return tidy(text)
    return _settle(text, lambda before: _tidy_once(_strip_once(before), multi_line))


def _is_visible(text: str) -> bool:
    """Whether all of a text is plain ASCII in one line, as most cells are."""
    return text.isascii() and text.isprintable()


def _settle(text: str, step: Callable[[str], str]) -> str:
    """Repeat until nothing changes: what is taken out may leave something new behind."""
    while (after := step(text)) != text:
        text = after
    return text


def _tidy_once(text: str, multi_line: bool) -> str:
    visible = unicodedata.normalize("NFC", _HIDDEN.sub("", text))
    if multi_line:
        return "\n".join(" ".join(line.split()) for line in visible.splitlines()).strip()
    return " ".join(visible.split())


def _strip_once(text: str) -> str:
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    return _URL.sub("", _TAG.sub("", text))
