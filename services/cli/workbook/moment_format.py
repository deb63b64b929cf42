"""A date as a spreadsheet shows it: by its format code. None where a reader's system decides."""

import re
from collections.abc import Iterator
from datetime import datetime

TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|[_*].|\[([^\]]*)\]|(AM/PM|A/P)|(y+|m+|d+|h+|s+)|(\.0+)|(.)', re.S | re.I
)
BY_SYSTEM = frozenset({"mm-dd-yy", "m/d/yy h:mm", "m/d/yyyy", "m/d/yy"})
"""The codes that stand for "as the reader's system writes it"."""
LANGUAGE = re.compile(r"\$[^-\]]*-([0-9A-Fa-f]+)")
ENGLISH = 0x09
NAMED = re.compile(r"mmm|ddd", re.I)
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def write_moment(value: datetime) -> str:
    """A date, and the time where there is one, in ISO 8601."""
    has_time = (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0)
    return value.isoformat(" ", "seconds") if has_time else value.date().isoformat()


def is_whole_day(code: str) -> bool:
    """Whether a code shows day, month and year, and no time."""
    letters = {letter for part, letter in _parts(code) if part == "field"}
    found = {letter[0] for letter in letters}
    return code in BY_SYSTEM - {"m/d/yy h:mm"} or found == {"y", "m", "d"}


def show_moment(value: datetime, code: str) -> str | None:
    """A moment in the form of a code; None where the code says what is not known here."""
    first = code.partition(";")[0]
    if first in BY_SYSTEM or (NAMED.search(first) and not _is_english(first)):
        return None
    parts = list(_parts(first))
    if any(kind == "unknown" for kind, _ in parts):
        return None
    is_half_day = any(kind == "noon" for kind, _ in parts)
    shown = ""
    for position, (kind, text) in enumerate(parts):
        if kind == "literal":
            shown += text
        elif kind == "noon":
            shown += ("AM" if value.hour < 12 else "PM")[: 2 if len(text) > 3 else 1]
        elif kind == "fraction":
            shown += f".{value.microsecond:06}"[: len(text)]
        elif text[0] == "m" and len(text) < 3 and _is_minute(parts, position):
            shown += f"{value.minute:0{len(text)}}"
        else:
            shown += _show_field(value, text, is_half_day)
    return shown


def _parts(code: str) -> Iterator[tuple[str, str]]:
    for quoted, escaped, bracket, noon, field, fraction, other in TOKEN.findall(code):
        if quoted or escaped:
            yield "literal", quoted or escaped
        elif bracket:
            system = LANGUAGE.fullmatch(bracket)
            if system is None or int(system[1], 16) >= 0xF000:
                yield "unknown", bracket
        elif noon:
            yield "noon", noon
        elif field:
            yield "field", field.lower()
        elif fraction:
            yield "fraction", fraction
        elif other:
            yield "unknown" if other.isalnum() or other in "@#?" else "literal", other


def _is_english(code: str) -> bool:
    told = [int(number, 16) & 0xFF for number in LANGUAGE.findall(code)]
    return all(number == ENGLISH for number in told)


def _is_minute(parts: list[tuple[str, str]], position: int) -> bool:
    """An m beside hours or seconds is minutes."""
    before = [text[0] for kind, text in parts[:position] if kind == "field"]
    after = [text[0] for kind, text in parts[position + 1 :] if kind == "field"]
    return before[-1:] == ["h"] or after[:1] == ["s"]


def _show_field(value: datetime, field: str, is_half_day: bool) -> str:
    hour = (value.hour % 12 or 12) if is_half_day else value.hour
    numbers = {"m": value.month, "d": value.day, "h": hour, "s": value.second}
    match field[0], len(field):
        case "y", length:
            return f"{value.year:04}" if length > 2 else f"{value.year % 100:02}"
        case "m", length if length > 2:
            name = MONTHS[value.month - 1]
            return {3: name[:3], 5: name[0]}.get(length, name)
        case "d", length if length > 2:
            name = DAYS[value.weekday()]
            return name[:3] if length == 3 else name
        case letter, length:
            return f"{numbers[letter]:0{min(length, 2)}}"
