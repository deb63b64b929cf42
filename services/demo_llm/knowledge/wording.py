"""Text as it may be compared (folded, as words) and as it may leave this server (tidied)."""

import re
import unicodedata
from functools import lru_cache

TITLE_LIMIT_CHARS = 120
NAME_LIMIT_CHARS = 80

_SCRIPT = re.compile(r"<(script|style)\b.*?(</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>?|>")
_LINK = re.compile(r"!?\[[^\]]*\]\([^)]*\)?")
_URL = re.compile(r"\S*(?:://|www\.|javascript:|data:)\S*", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_CLAUSE_END = re.compile(r"[.;:!?|\n\r]+")
_ORDER = re.compile(
    r"\b(ignore|disregard|forget|override)\b.{0,40}\b(instructions?|prompts?|rules?|previous|prior"
    r"|above|everything|table|all)\b|\bprevious instructions?\b|\bsystem prompt\b|\byou are now\b"
    r"|\b(respond|reply|answer|output|write|print|say)\b.{0,20}\b(only|with|word|exactly)\b"
    r"|\b(pwned|jailbreak)\b|<\|",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile(r"[\w .,'&/()%°-]{1,40}")
_SMALL = frozenset(("a", "an", "and", "for", "in", "of", "on", "or", "our", "the", "to", "with"))

_IRREGULAR = {
    "people": "person",
    "men": "man",
    "women": "woman",
    "children": "child",
    "staff": "employee",
    "movies": "movie",
    "cookies": "cookie",
    "species": "species",
    "series": "series",
    "lens": "lens",
    "gases": "gas",
    "leaves": "leaf",
    "knives": "knife",
    "shelves": "shelf",
    "heroes": "hero",
    "potatoes": "potato",
    "tomatoes": "tomato",
}
_PLURAL_ES = ("ches", "shes", "xes", "sses", "zzes")


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """Return the key under which two names or cells count as the same."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())


def singularize(word: str) -> str:
    """Return the singular of a lower-case English word; other words come back as they are."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(_PLURAL_ES):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=16384)
def split_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, each in the singular."""
    return tuple(singularize(word) for word in _WORD.findall(fold(text)))


def tidy(text: str, limit: int = NAME_LIMIT_CHARS) -> str:
    """Return a text without tags, links, addresses, control or bidi characters, formula signs."""
    text = _SCRIPT.sub(" ", _INVISIBLE.sub("", text))
    text = _URL.sub(" ", _LINK.sub(" ", _TAG.sub(" ", _CONTROL.sub(" ", text))))
    text = unicodedata.normalize("NFC", text.replace("`", " ").replace("[", "(").replace("]", ")"))
    return " ".join(text.split()).lstrip("=+-@*#\"' ").rstrip("\"' ,;:")[:limit].rstrip()


@lru_cache(maxsize=4096)
def tidy_title(title: str) -> str:
    """Return a tidied title, cut before the first clause that reads like an order to a model."""
    kept = title
    if _ORDER.search(title):
        clauses = _CLAUSE_END.split(title)
        bad = next((i for i, clause in enumerate(clauses) if _ORDER.search(clause)), len(clauses))
        kept = clauses[bad - 1] if bad else ""
    tidied = tidy(kept, TITLE_LIMIT_CHARS)
    return tidied[:1].upper() + tidied[1:]


@lru_cache(maxsize=4096)
def name_entity(title: str) -> str:
    """Return what one row of a table with this title is, in Title Case; `Item` when unclear."""
    words = _WORD.findall(tidy_title(title))
    head = words
    for place, word in enumerate(words[1:], start=1):
        if word.casefold() in _SMALL:
            head = words[:place]
            break
    if not head or len(head) > 3 or any(len(word) > 24 for word in head):
        return "Item"
    last = head[-1]
    singular = singularize(last.casefold()) if last.isascii() else last
    return " ".join((*(word.capitalize() for word in head[:-1]), singular.capitalize()))


@lru_cache(maxsize=16384)
def is_plain(text: str) -> bool:
    """Whether a cell is short and harmless enough to be offered again in another row."""
    return (
        _PLAIN.fullmatch(text) is not None
        and len(text.split()) <= 4
        and text[0] not in "-.,'&/()%° "
        and not _URL.search(text)
        and not _ORDER.search(text)
    )


@lru_cache(maxsize=16384)
def is_harmless(text: str) -> bool:
    """Whether a choice of the user's own list may be given back as it is."""
    return tidy(text, len(text)) == text and not _ORDER.search(text)
