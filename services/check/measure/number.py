"""Numbers as people write them, read as digits and a point: without unit, currency or grouping."""

import re

from services.check.text.folding import write_ascii

INTEGER = re.compile(r"-?[0-9]+")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")

# With digits in it, it may be a part of the number: 12.5 (3), 5 [3-7].
_REMARK = re.compile(r"\s*[(\[](?=[^()\[\]]*[^\W\d])[^()\[\]\d]*[)\]]\s*$")

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
_ONE_GROUP = re.compile(r"[^0-9]*[1-9][0-9]{0,2}([.,])[0-9]{3}[^0-9]*")
_ABOUT = re.compile(r"[~≈±]\s*-?[0-9][0-9.,'’ ]*[^0-9]*")
_PHONE = re.compile(r"\+\s?(?:[0-9] ?){7,}")


def read_number(text: str, *, whole: bool, comma: bool | None = None) -> str | None:
    """Read a number as it would be written by people, and write it as a cell holds it.

    Args:
        whole: Whether only whole numbers will do.
        comma: Whether a comma is the decimal sign; None where nobody knows.

    Returns:
        The canonical number, which is its own canonical number; None when it is none, and when it
        may be one of two.
    """
    plain = re.sub("^- ", "-", write_ascii(text).strip())
    number = _ungroup(plain, whole=whole, comma=comma)
    if number is None:
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


def is_doubtful(text: str, *, whole: bool, comma: bool | None, is_told: bool) -> bool:
    """Whether a number may be one of two, as 1,799, or is none to count with: ~5, +49 151 2345.

    Args:
        is_told: Whether a locale has told the decimal sign, and the column has no other one.
    """
    plain = write_ascii(text).strip()
    if _ABOUT.fullmatch(plain) or _PHONE.fullmatch(plain):
        return True
    found = _ONE_GROUP.fullmatch(plain)
    if found is None:
        return False
    if whole:
        return found[1] == ("," if comma else ".")
    return found[1] == "," and not is_told


def _ungroup(text: str, *, whole: bool, comma: bool | None) -> str | None:
    if whole and comma and _EITHER.fullmatch(text.replace(".", ",")):
        return re.sub("[.,]", "", text)
    if DECIMAL.fullmatch(text):
        return text
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
