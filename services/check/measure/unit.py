"""Units and currencies: which words are some, and which ones a header names."""

import re
import unicodedata

from schemas.table.letter import WORD_START
from services.check.measure.unit_name import CURRENCIES, UNITS, list_names

# What makes another unit of the one behind it, or before it: sq km, oz t.
_QUALIFIERS = frozenset(
    (
        *("sq", "square", "cu", "cubic", "oz", "troy", "nautical", "metric", "short", "long"),
        *(
            "quadrat",
            "fl",
            "fluid",
            "us",
            "uk",
            "imperial",
            "imp",
            "canadian",
            "australian",
            "kong",
        ),
    )
)
# Short words that are something else in most headers: Height in m, Min, Vitamin C.
_PER = re.compile(rf"(?i){WORD_START}(?:per|pro|je|par|por|za|på)\s+\S+")
_SCALES = frozenset(
    (
        *("thousand", "thousands", "million", "millions", "billion", "billions", "hundreds"),
        *("tausend", "tsd", "mio", "mrd", "millionen", "milliarden", "mille", "milliers"),
        *("millones", "milhões", "mln", "mld", "тыс", "млн", "млрд", "lakh", "lakhs", "crore"),
        *(
            "crores",
            "dozen",
            "dozens",
            "000",
            "000s",
            "1000",
            "1000s",
            "万",
            "億",
            "亿",
            "千",
            "만",
        ),
    )
)
_SHORT_SCALES = frozenset(("k", "m", "mn", "mm", "b", "bn", "t", "tn", "cr", "$k", "$m", "$bn"))
# Units that a number beside them does not prove to be one.
_SIGNS = frozenset(
    [
        "A",
        "B",
        "C",
        "F",
        "H",
        "J",
        "N",
        "S",
        "T",
        "V",
        "W",
        "Pa",
        "Wb",
        "lm",
        "lx",
        "Bq",
        "Gy",
        "Sv",
        "mol",
        "cd",
        "rad",
        "sr",
        "eV",
        "VA",
        "Ω",
    ]
)
_OFTEN_ELSE = frozenset(("in", "min", "pa", "au", "ps", "hp", "kn", "try", "all", "pen", "std"))


def is_unit(word: str) -> bool:
    """Whether a word or sign beside a number says what is counted: a unit or a currency."""
    names = list_names(word)
    return any(name.casefold() in UNITS for name in names) or is_currency(word)


def is_currency(word: str) -> bool:
    """Whether a word or sign is a currency's."""
    is_sign = bool(word) and all(unicodedata.category(c) == "Sc" for c in word)
    return is_sign or not list_names(word).isdisjoint(CURRENCIES)


def is_named(unit: str, header: str) -> bool:
    """Whether a header names this unit: Height in m, Price (EUR), weight_kg, Temperature °C.

    No unit is where it counts thousands or millions of it: USD m.
    """
    plain = unicodedata.normalize("NFKC", header)
    if _is_scaled(plain):
        return False
    names = list_names(unit)
    in_brackets = _find_units(re.findall(r"[(\[]([^()\[\]]+)[)\]]", plain), names)
    named = in_brackets or _find_units([re.sub(r"[(\[][^()\[\]]*[)\]]", " ", plain)], names)
    return any(not names.isdisjoint(list_names(word)) for word in named)


def _find_units(texts: list[str], names: frozenset[str]) -> set[str]:
    """The units among words, and what has one of the names.

    A short one counts only as the last word, or as all that there is. None counts that another one
    is divided by, or that is only a part of one: per kg, EUR/kg, N m, m3/h, l/100 km.
    """

    def is_one(word: str) -> bool:
        return is_unit(word) or not names.isdisjoint(list_names(word))

    found: set[str] = set()
    for text in texts:
        if is_one(text.strip()):
            found.add(text.strip())
            continue
        for piece in re.split("[,;:]", _PER.sub(" ", text)):
            words = _list_words(piece)
            if len(words) > 1 and not _QUALIFIERS.isdisjoint(map(str.casefold, words)):
                continue
            for place, word in enumerate(words):
                unit = word if is_one(word) else _read_quotient(word)
                is_last = place == len(words) - 1
                if is_one(unit) and (is_last or not _is_short(unit)) and not _is_part(words, place):
                    found.add(unit)
    return found


def _read_quotient(word: str) -> str:
    """What is behind a quantity, as km in Distance/km; "" where a unit is divided by another."""
    quantity, _, unit = word.replace("-", "/").partition("/")
    return "" if _is_like_unit(quantity) else unit


def _is_part(words: list[str], place: int) -> bool:
    """Whether the word before or behind one makes another unit of it: N m, kg m^2, l/100 km."""
    before, behind = words[:place], words[place + 1 :]
    if (
        before
        and before[-1].casefold() in _OFTEN_ELSE
        and not (before[:-1] and _is_like_unit(before[-2]))
    ):
        before = []
    return any(map(_is_like_unit, (*before[-1:], *behind[:1])))


def _is_like_unit(word: str) -> bool:
    """Whether a word may be a unit, or begins like one that is raised: s-1, m^2, l/100."""
    sign = re.split("[/^*·0-9-]", word)[0]
    return bool(sign) and (is_unit(sign) or sign in _SIGNS)


def _is_scaled(header: str) -> bool:
    """Whether a header counts thousands or millions of something."""
    words = {word.casefold() for word in _list_words(re.sub(r"[()\[\]/'’×x]", " ", header))}
    if not words.isdisjoint(_SCALES):
        return True
    return any(map(is_currency, words)) and not words.isdisjoint(_SHORT_SCALES)


def _list_words(text: str) -> list[str]:
    return [word.strip(".") for word in re.split(r"[\s,;:_]+", text) if word.strip(".")]


def _is_short(word: str) -> bool:
    return (len(word) == 1 and word.isalpha()) or word.casefold() in _OFTEN_ELSE
