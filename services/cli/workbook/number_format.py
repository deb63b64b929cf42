"""A number as a spreadsheet shows it: by its format code, written in the code's own (English) way.

What such a code may say has no end. A part of it that is not known here gives None, and the number
is then written as it is.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

SIGNIFICANT_DIGITS = 15
"""What a spreadsheet keeps of a number."""

TOKEN = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[([^\]]*)\]|(General)|(E[+-]0+)|([0#?.,]+)|(.)', re.S)
SECTIONS = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*)(?:;|$)', re.S)
CURRENCY = re.compile(r"\$([^-\]]*)(?:-[0-9A-Fa-f]+)?")
COLOUR = re.compile(r"(?:black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]+)", re.I)
MASK = re.compile(r"([0#?,]*?)(,*)(?:(\.)([0#?]*)(,*))?")


@dataclass
class _Reading:
    """A section of a code: what stands before the digits, their mask, and what stands after."""

    before: str = ""
    mask: str = ""
    exponent: str = ""
    after: str = ""
    percents: int = 0


def write_number(value: int | float) -> str:
    """A number in full, to the digits that a spreadsheet keeps."""
    if isinstance(value, int):
        return str(value)
    return format(value, f".{SIGNIFICANT_DIGITS}g").upper()


def show_number(value: int | float, code: str) -> str | None:
    """A number in the form of a code; None where the code says what is not known here."""
    section, is_signed = _choose(value, code)
    reading = _read(section)
    if (
        reading is None
        or not reading.mask
        or (reading.exponent and len(reading.mask) > 1 and (reading.mask[1:2] != "."))
    ):
        return None
    size = abs(Decimal(write_number(value)))
    digits = _write_digits(size * 100**reading.percents, reading)
    if digits is None:
        return None
    sign = "-" if value < 0 and is_signed else ""
    return f"{sign}{reading.before}{digits}{reading.after}"


def _choose(value: int | float, code: str) -> tuple[str, bool]:
    """The section of a code for a number, and whether a minus is still to be written."""
    sections = [section for section in SECTIONS.findall(code) if section] or [""]
    if value < 0 and len(sections) > 1:
        return sections[1], False
    return (sections[2] if value == 0 and len(sections) > 2 else sections[0]), True


def _read(section: str) -> _Reading | None:
    reading = _Reading()
    for quoted, escaped, bracket, general, exponent, mask, other in TOKEN.findall(section):
        literal = quoted or escaped
        if bracket:
            found = CURRENCY.fullmatch(bracket)
            if found is None and not COLOUR.fullmatch(bracket):
                return None
            literal = found[1] if found else ""
        elif general or mask:
            if reading.mask:
                return None
            reading.mask = general or mask
        elif exponent:
            reading.exponent = exponent
        elif other:
            if other.isalpha() or other in "/@":
                return None
            reading.percents += other == "%"
            literal = other
        if reading.mask:
            reading.after += literal
        else:
            reading.before += literal
    return reading


def _write_digits(size: Decimal, reading: _Reading) -> str | None:
    if reading.mask == "General":
        return write_number(float(size))
    found = MASK.fullmatch(reading.mask)
    if found is None:
        return None
    whole_mask, point, part_mask = found[1], found[3] or "", found[4] or ""
    thousands = len(found[2]) + len(found[5] or "")
    step = Decimal(1).scaleb(-len(part_mask))
    size, power = size / 1000**thousands, ""
    if reading.exponent:
        size, power = _part_power(size, step, reading.exponent)
    whole, _, part = f"{size.quantize(step, ROUND_HALF_UP):f}".partition(".")
    whole = whole.lstrip("0").zfill(whole_mask.count("0"))
    if "," in whole_mask:
        whole = _group(whole)
    kept = len(part_mask.rstrip("#?"))
    return f"{whole}{point}{part[:kept]}{part[kept:].rstrip('0')}{power}"


def _part_power(size: Decimal, step: Decimal, exponent: str) -> tuple[Decimal, str]:
    """A number as one digit before the point, and its power of ten as a code writes it."""
    shift = size.adjusted() if size else 0
    if size.scaleb(-shift).quantize(step, ROUND_HALF_UP) >= 10:
        shift += 1
    sign = "-" if shift < 0 else exponent[1].replace("-", "")
    return size.scaleb(-shift), f"E{sign}{str(abs(shift)).zfill(len(exponent) - 2)}"


def _group(whole: str) -> str:
    first = len(whole) % 3
    groups = [whole[:first], *(whole[n : n + 3] for n in range(first, len(whole), 3))]
    return ",".join(filter(None, groups))
