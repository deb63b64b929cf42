"""Numbers as people write them, read as digits and a point: without unit, currency or grouping."""

import re
import unicodedata
from decimal import Decimal

INTEGER = re.compile(r"-?[0-9]+")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MAX_DIGITS = 40

_REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_SIGN = re.compile(r"^[~≈+]\s*")
_MEASURED = re.compile(
    r"(?P<minus>-?)(?P<before>[^0-9\s.,+-]{1,3}|[A-Z]{3})?\s?"
    r"(?P<number>-?[0-9.](?:[0-9.,'’ ]*[0-9])?(?:\.(?![0-9]))?)\s?"
    r"(?P<after>[^\W\d_].{0,15}|[°%‰].{0,3}|[^0-9\s.,+-])?"
)
_SCIENTIFIC = re.compile(r"-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}")

# A point is a decimal sign here; what has another one is read by the forms below it.
_GROUPED = re.compile(
    r"-?[0-9]{1,3}(?:([, '’])[0-9]{3})(?:\1[0-9]{3})*(\.[0-9]+)?"
    r"|-?[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(\.[0-9]+)?"
)
_COMMA_GROUPED = re.compile(
    r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|-?[0-9]{1,3}(?:\.[0-9]{3}){2,}"
    r"|-?[0-9]{1,3}(?:[ '’][0-9]{3})+,[0-9]+"
)
_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_EITHER = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")

_UNITS = (
    "km m cm mm nm mi ft in miles meters metres kilometers kilometres feet inches m/s km/h mph"
    " kg g mg µg μg lb lbs oz t grams kilograms pounds °c °f c f degrees h hr hrs hour hours"
    " min minutes s sec seconds ms day days week weeks month months year years yr yrs % ‰"
    " percent km² m² km2 m2 km3 m3 m³ ha acres l ml cl liters litres"
    " kcal cal kj kwh w kw mw v mah hz khz mhz ghz kb mb gb tb px dpi bar pa hpa"
    " kpa hp ps rpm db u au ly g/cm³ g/cm3 kg/m³ g/mol pages pcs pieces units people persons"
    " points pts stars ° k"
)
UNITS = frozenset(_UNITS.split())
_CODES = (
    "usd eur gbp jpy chf cny inr aud cad nzd sek nok dkk pln czk huf ron try brl mxn zar krw sgd"
    " hkd thb idr ils aed sar egp ngn kes php vnd uah rub dollars euros kr zł kč ft lei r$ us$ a$"
    " c$ hk$ nt$ rs rs. fr. fr sfr rm"
)
_CURRENCIES = frozenset(_CODES.split())
_SIGNS = {"€": "eur", "$": "usd", "£": "gbp", "¥": "jpy", "₹": "inr", "euros": "eur"}


def read_number(text: str, header: str, *, whole: bool, comma: bool | None = None) -> str | None:
    """Read a number as it would be written by people, and write it as a cell holds it.

    Args:
        header: A unit or currency in the cell must be the one that the header names, if any.
        whole: Whether only whole numbers will do.
        comma: Whether a comma is the decimal sign; None where nobody knows.

    Returns:
        The canonical number, which is its own canonical number; None when it is none, and when it
        may be one of two.
    """
    plain = _SIGN.sub("", write_ascii(text).strip())
    core = plain if _SCIENTIFIC.fullmatch(plain) else _drop_unit(plain, header)
    number = _ungroup(core, whole=whole, comma=comma) if core is not None else None
    if number is None or len(number) > MAX_DIGITS:
        return None
    if whole:
        number = re.sub(r"\.0+$", "", number)
    return number if (INTEGER if whole else DECIMAL).fullmatch(number) else None


def drop_remark(text: str) -> str:
    """Take a remark in brackets off the end: "2 (Phobos, Deimos)" is 2."""
    return _REMARK.sub("", text)


def is_plain(text: str) -> bool:
    """Whether a text is a number as a cell holds it."""
    return bool(DECIMAL.fullmatch(text))


def is_ambiguous(text: str) -> bool:
    """Whether a number may be one of two: 1,799."""
    return bool(_EITHER.fullmatch(write_ascii(text).strip()))


def write_ascii(text: str) -> str:
    """Other scripts' digits, minus signs and spaces as ASCII has them."""
    if text.isascii():
        return text
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return re.sub("[\u2212\u2013\u2011](?=[0-9])", "-", re.sub("[\u00a0\u2009\u202f]", " ", digits))


def is_unit(word: str) -> bool:
    """Whether a word or sign beside a number says what is counted: a unit or a currency."""
    return word.casefold() in UNITS or is_currency(word)


def is_currency(word: str) -> bool:
    """Whether a word or sign is a currency's."""
    is_sign = bool(word) and all(unicodedata.category(c) == "Sc" for c in word)
    return is_sign or word.casefold() in _CURRENCIES


def _drop_unit(text: str, header: str) -> str | None:
    found = _MEASURED.fullmatch(text)
    if found is None:
        return text
    before, after = found["before"] or "", (found["after"] or "").strip()
    after = after.removesuffix(".") if not is_unit(after) else after
    # 5M is five million, and 5 m are metres.
    if (
        (before and not is_currency(before))
        or (after and not is_unit(after))
        or after in ("M", "K")
    ):
        return None
    if any(unit and not _agrees(unit, header) for unit in (before, after)):
        return None
    return found["minus"] + found["number"]


def _agrees(unit: str, header: str) -> bool:
    """Whether a header names no unit in brackets, or this one."""
    in_brackets = re.findall(r"[(\[]([^()\[\]]+)[)\]]", header)
    named = {_name(part) for part in in_brackets if is_unit(part.strip())}
    return not named or _name(unit) in named


def _name(unit: str) -> str:
    word = unit.strip().casefold()
    return _SIGNS.get(word, word)


def _ungroup(text: str, *, whole: bool, comma: bool | None) -> str | None:
    if whole and comma and _EITHER.fullmatch(text.replace(".", ",")):
        return re.sub("[.,]", "", text)
    if DECIMAL.fullmatch(text):
        return text
    if _SCIENTIFIC.fullmatch(text):
        return format(Decimal(text), "f")
    if _EITHER.fullmatch(text):
        is_grouped = whole or comma is False
        if not is_grouped and comma is None:
            return None
        return text.replace(",", "" if is_grouped else ".")
    if _GROUPED.fullmatch(text) and not re.match("-?0", text):
        return re.sub("[, '’]", "", text)
    if _COMMA_GROUPED.fullmatch(text):
        return re.sub("[. '’]", "", text).replace(",", ".")
    if _COMMA.fullmatch(text):
        return text.replace(",", ".")
    if re.fullmatch(r"-?\.[0-9]+", text):
        return text.replace(".", "0.")
    return text[:-1] if re.fullmatch(r"-?[0-9]+\.", text) else None
