"""Numbers as cells hold them: digits and a point, without unit, currency or grouping."""

import re
import unicodedata
from decimal import Decimal

INTEGER = re.compile(r"-?[0-9]+")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MAX_DIGITS = 40

_REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_CURRENCY = re.compile(r"^([-+]?)\s*(?:[$€£¥₹]|(?:USD|EUR|GBP|JPY|CHF)\b)\s*|\s*[$€£¥₹]$")
_SIGN = re.compile(r"^[~≈+]\s*")
_MEASURED = re.compile(r"(-?[0-9][0-9.,' ]*?)\s?([^\W\d_].{0,15}|[°%‰].{0,3})")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:([, '])[0-9]{3})(?:\1[0-9]{3})*(\.[0-9]+)?")
_EUROPEAN = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_COMMA = re.compile(r"-?[0-9]+,[0-9]{1,2}")
_SCIENTIFIC = re.compile(r"-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}")

_UNITS = (
    "km m cm mm nm mi ft in miles meters metres kilometers kilometres feet inches m/s km/h mph"
    " kg g mg µg μg lb lbs oz t grams kilograms pounds °c °f c f degrees h hr hrs hour hours"
    " min minutes s sec seconds ms day days week weeks month months year years yr yrs % ‰"
    " percent km² m² km2 m2 km3 m3 m³ ha acres l ml cl liters litres usd eur gbp jpy chf"
    " dollars euros kcal cal kj kwh w kw mw v mah hz khz mhz ghz kb mb gb tb px dpi bar pa hpa"
    " kpa hp ps rpm db u au ly g/cm³ g/cm3 kg/m³ g/mol pages pcs pieces units people persons"
    " points pts stars"
)
UNITS = frozenset(_UNITS.split())


def read_number(text: str, header: str, *, whole: bool) -> str | None:
    """Read a number as it would be written by people, and write it as a cell holds it.

    Args:
        header: A unit in the cell must be the one that the header names, if it names one.
        whole: Whether only whole numbers will do.

    Returns:
        The canonical number, which is its own canonical number; None when it is none.
    """
    plain = _drop_unit(_drop_marks(_ascii(text)), header)
    number = _ungroup(plain) if plain is not None else None
    if number is None or len(number) > MAX_DIGITS:
        return None
    if whole:
        number = re.sub(r"\.0+$", "", number)
    return number if (INTEGER if whole else DECIMAL).fullmatch(number) else None


def drop_remark(text: str) -> str:
    """Take a remark in brackets off the end: "2 (Phobos, Deimos)" is 2."""
    return _REMARK.sub("", text)


def _ascii(text: str) -> str:
    """Other scripts' digits, minus signs and spaces as ASCII has them."""
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return re.sub("[\u2212\u2013\u2011](?=[0-9])", "-", re.sub("[\u00a0\u2009\u202f]", " ", digits))


def _drop_marks(text: str) -> str:
    return _CURRENCY.sub(r"\1", _SIGN.sub("", text.strip())).strip().removeprefix("+")


def _drop_unit(text: str, header: str) -> str | None:
    if _SCIENTIFIC.fullmatch(text):
        return format(Decimal(text), "f")
    measured = _MEASURED.fullmatch(text)
    if measured is None:
        return text
    written = measured.group(2).strip().removesuffix(".")
    unit, named = written.casefold(), _units_of(header)
    # 5M is five million, and 5 m are metres.
    if written == "M" or unit not in UNITS or (named and unit not in named):
        return None
    return measured.group(1).strip()


def _units_of(header: str) -> set[str]:
    in_brackets = re.findall(r"[(\[]([^()\[\]]+)[)\]]", header.casefold())
    return {part for part in in_brackets if part in UNITS}


def _ungroup(text: str) -> str | None:
    if DECIMAL.fullmatch(text):
        return text
    if _GROUPED.fullmatch(text):
        return re.sub("[, ']", "", text)
    if _EUROPEAN.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _COMMA.fullmatch(text):
        return text.replace(",", ".")
    if re.fullmatch(r"-?\.[0-9]+", text):
        return text.replace(".", "0.")
    return text[:-1] if re.fullmatch(r"-?[0-9]+\.", text) else None
