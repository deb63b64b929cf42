"""Text that may be shown: no hidden characters, no links, no markup.

What is left stands as it was written: white space within a text, its normal form, joiners,
variation selectors, combining marks, and the marks that Arabic and Hebrew are written with.
"""

import re
from collections.abc import Callable

# A flag such as that of Scotland is a black flag with hidden letters behind it: as few as a region
# has, so that nothing else can be hidden there.
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
# Thai, Khmer, Japanese and others have no spaces between words, and may mark their ends with this.
_SPACELESS = (
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aad\u3040-\u30ff\u4e00-\u9fff]"
)
_WORD_END = f"(?<={_SPACELESS})\u200b(?={_SPACELESS})"
_HIDDEN = re.compile(
    f"({_FLAG}|{_WORD_END})|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
# A terminal and a file of tabbed values obey these.
_STEERING = re.compile("[\t\v\f\x85]|\r(?!\n)")
_ADDRESS = r"\((?=[^)]*[:/]|\s*www\.)[^)]*\)?"
_IMAGE = re.compile(rf"!\[[^\]]*\]{_ADDRESS}")
_LINK = re.compile(rf"\[([^\]]*)\]{_ADDRESS}")
# No sup, sub, s, strike or del: without their tags 10<sup>6</sup> would be 106, and a price that is
# struck out part of the one behind it.
_INLINE = (
    "a abbr b big cite code em font i ins kbd label link meta q samp script small span strong style"
    " tt u var wbr"
)
# Before and behind these begins a new line, a new cell, or something that is no text.
_APART = (
    "address area article aside audio base blockquote body br button canvas center details dialog"
    " div dl dt dd embed fieldset figure footer form frame frameset h[1-6] head header hr html"
    " iframe image img input legend li main map marquee math menu nav noscript object ol option p"
    " param picture pre section select source summary svg table tbody td template textarea tfoot th"
    " thead title tr track ul video"
)
# What loads or runs something makes a tag anywhere in it, any attribute right behind the name.
_LOADING = r"(?:on[a-z]+|(?:\w+:)?href|src|srcdoc|srcset|style|action|formaction|poster|background)"
_ATTRIBUTES = (
    "align alt autofocus bgcolor border checked class color content controls data dir disabled face"
    " height hidden id lang loop muted name open rel required role size target title type value"
    " width xmlns"
)
_ATTRIBUTE = rf"(?:(?:{'|'.join(_ATTRIBUTES.split())})\s*=|[\w:.-]+\s*=\s*[\"'])"
_WITH_ATTRIBUTE = (
    rf"</?[a-z](?:(?=[^<>]*[\s/\"']{_LOADING}\s*=)|[a-z0-9:-]*[\s/]+(?={_ATTRIBUTE}))[^<>]*>"
)
_DECLARED = r"<!(?:--|doctype\b|\[cdata)[^<>]*>"
_ELEMENT = "|".join((*_INLINE.split(), *_APART.split()))
# a<b and c>d, vec<a> and #include <map> are no markup: without one of these signs no tag is one.
_SURELY = re.compile(
    rf"{_DECLARED}|{_WITH_ATTRIBUTE}|</(?:{_ELEMENT})\s*>|<(?:{_ELEMENT})\s*/>"
    r"|<(?:[bh]r|wbr|script|iframe)\s*>",
    re.IGNORECASE,
)
_TAG = re.compile(
    rf"{_DECLARED}|{_WITH_ATTRIBUTE}|</?(?:{_ELEMENT})(?:[\s/][^<>]*)?>", re.IGNORECASE
)
_BREAK = re.compile(rf"</?(?:{'|'.join(_APART.split())})(?![a-z0-9:-])", re.IGNORECASE)
# A table of elements holds them: <p> alone is a value, and does nothing.
_LONE_TAG = re.compile(r"</?(?!script|iframe)[a-z][a-z0-9]*\s*/?>", re.IGNORECASE)
_URL = re.compile(
    r"(?:\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://(?=\S)|\bwww\.(?=\S)"
    r"|\b(?:javascript|vbscript):(?=\S)|\bdata:(?=[a-z]+/|[;,]))\S*",
    re.IGNORECASE,
)
_MARKUP = (_IMAGE, _LINK, _URL)
_MAY_BE_MARKUP = re.compile(r"[<\[:]|www\.", re.IGNORECASE)
_LINE = re.compile(r"[ \t\r\n\f\v\x85\u2028\u2029]+")


def has_markup(text: str) -> bool:
    """Whether a text holds a link, an address or markup."""
    # One look spares most cells four.
    if not _MAY_BE_MARKUP.search(text):
        return False
    return _has_tag(text) or any(pattern.search(text) for pattern in _MARKUP)


def has_hidden(text: str) -> bool:
    """Whether a text holds control characters or such as turn the direction of writing."""
    return not _is_visible(text) and _drop_hidden(text) != text


def tidy(text: str) -> str:
    """Take hidden characters out, and white space off both ends."""
    return text.strip() if _is_visible(text) else _settle(text, _tidy_once)


def strip_markup(text: str) -> str:
    """Tidy a text and take links, addresses and markup out of it; a link's words stay."""
    if not _MAY_BE_MARKUP.search(text):
        return tidy(text)
    return _settle(text, lambda before: _tidy_once(_strip_once(before)))


def write_line(text: str) -> str:
    """Strip a text, and bring it onto one line without needless white space."""
    return _settle(text, lambda before: strip_markup(_LINE.sub(" ", before)))


def _has_tag(text: str) -> bool:
    """Whether a tag in a text can only be one; if so, all that look like tags are."""
    return bool(_SURELY.search(text)) and not _LONE_TAG.fullmatch(text.strip())


def _is_visible(text: str) -> bool:
    """Whether all of a text is plain ASCII in one line, as most cells are."""
    return text.isascii() and text.isprintable()


def _settle(text: str, step: Callable[[str], str]) -> str:
    """Repeat until nothing changes: what is taken out may leave something new behind."""
    while (after := step(text)) != text:
        text = after
    return text


def _drop_hidden(text: str) -> str:
    return _HIDDEN.sub(lambda found: found[1] or "", _STEERING.sub(" ", text))


def _tidy_once(text: str) -> str:
    return _drop_hidden(text).strip()


def _strip_once(text: str) -> str:
    if not has_markup(text):
        return text
    plain = _TAG.sub(_separate, text) if _has_tag(text) else text
    without = _URL.sub("", _LINK.sub(r"\1", _IMAGE.sub("", plain)))
    return re.sub(r" {2,}", " ", without)


def _separate(tag: re.Match[str]) -> str:
    """What is left of a tag: a space where it kept words apart, as <br> and <td> do."""
    text, begins, ends = tag.string, tag.start(), tag.end()
    before, behind = text[max(begins - 1, 0) : begins], text[ends : ends + 1]
    return " " if _BREAK.match(tag[0]) and before.strip() and behind.strip() else ""
