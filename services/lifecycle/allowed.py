"""What a setting may be, in words: kind, unit and range, or the words to choose from."""

import re
from enum import Enum
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

UNITS = (
    ("_MS", "of milliseconds"),
    ("_S", "of seconds"),
    ("_DAYS", "of days"),
    ("_MIB", "of MiB"),
    ("_USD", "of US dollars"),
    ("_USD_PER_DAY", "of US dollars a day"),
    ("_PER_MTOK", "of US dollars a million tokens"),
    ("_PER_MINUTE", "a minute"),
)
"""By the end of a variable's name; the longest that fits."""
CHARACTERS = re.compile(r"\^\[(.+)\]\*\$")
"""The only form of pattern that settings have: characters of a class, so many as one likes."""


def tell_allowed(variable: str, field: FieldInfo) -> str | None:
    """What the setting may be; None where its type alone does not say so."""
    kinds = [kind for kind in get_args(field.annotation) if kind is not NoneType]
    is_choice = get_origin(field.annotation) is Literal
    kind: Any = field.annotation if is_choice or not kinds else kinds[0]
    if kind is bool:
        return "true or false"
    if kind in (int, float):
        return _tell_number("a whole number" if kind is int else "a number", variable, field)
    if get_origin(kind) is Literal:
        return _listed([str(word) for word in get_args(kind)])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _listed([str(member.value) for member in kind])
    return _tell_characters(field)


def _tell_number(kind: str, variable: str, field: FieldInfo) -> str:
    fitting = [(end, unit) for end, unit in UNITS if variable.endswith(end)]
    unit = max(fitting, key=lambda pair: len(pair[0]))[1] if fitting else ""
    return f"{kind} {unit}".rstrip() + _tell_range(field)


def _tell_range(field: FieldInfo) -> str:
    limits = {type(limit): limit for limit in field.metadata}
    least, above = limits.get(Ge), limits.get(Gt)
    most, below = limits.get(Le), limits.get(Lt)
    if least is not None and most is not None:
        return f" from {least.ge} to {most.le}"
    told = [f"{least.ge} or more"] if least is not None else []
    told += [f"above {above.gt}"] if above is not None else []
    told += [f"at most {most.le}"] if most is not None else []
    told += [f"below {below.lt}"] if below is not None else []
    return f", {' and '.join(told)}" if told else ""


def _tell_characters(field: FieldInfo) -> str | None:
    patterns = (getattr(limit, "pattern", None) for limit in field.metadata)
    found = next((CHARACTERS.fullmatch(pattern) for pattern in patterns if pattern), None)
    if found is None:
        return None
    return f"only of the characters {_listed(re.findall(r'.-.|.', found[1]), 'and')}"


def _listed(words: list[str], last: str = "or") -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else words[0]
