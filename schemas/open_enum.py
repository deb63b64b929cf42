"""Sets of words that grow: what a reader makes of a word of a later release."""

import re
from enum import StrEnum
from typing import Self, TypeVar

from pydantic import AfterValidator

WORD = re.compile(r"[a-z][a-z0-9 _-]{0,31}")
"""What a word of any release looks like; all else is nobody's."""


class OpenEnum(StrEnum):
    """An enum that is passed on or shown: a word of a later release is read as it is written.

    Every other enum is closed: who does not know its word does not know what to do, so a record
    with one waits for our upgrade (schemas/kafka/ahead.py).
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str) or WORD.fullmatch(value) is None:
            return None
        later = str.__new__(cls, value)
        later._name_ = later._value_ = value
        return later

    @property
    def is_known(self) -> bool:
        """Whether this release has the word."""
        return any(self is member for member in type(self))


T = TypeVar("T", bound=OpenEnum)


def _require_known(word: T) -> T:
    """Refuse a word that this release does not have, where a client asks for something by it.

    Raises:
        ValueError: It is none of the enum's.
    """
    if not word.is_known:
        raise ValueError(f"{word.value!r} is none of {', '.join(type(word))}")
    return word


Known = AfterValidator(_require_known)
"""For what a client asks by: nobody would notice that a misspelled word finds nothing."""
