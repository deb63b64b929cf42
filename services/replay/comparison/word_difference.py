"""Where two texts differ, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORD = re.compile(r"\w+|\s+|[^\w\s]")
MAX_WORDS = 400
"""Of both texts: what is longer differs as a whole between its equal ends.

The search is cubic in the worst case, and texts are a model's.
"""


class Part(StrEnum):
    """What has become of a part of a text."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Passage:
    """A part of a text, as it stands there. All but the new make the old text, all but the gone
    the new one."""

    part: Part
    text: str


def find_passages(before: str, after: str) -> tuple[Passage, ...]:
    """Part two texts into what was kept, what is gone and what is new, in their order."""
    old, new = WORD.findall(before), WORD.findall(after)
    head = _count_equal(old, new)
    tail = _count_equal(old[head:][::-1], new[head:][::-1])
    first, second = old[head : len(old) - tail], new[head : len(new) - tail]
    found = [
        (Part.KEPT, old[:head]),
        *_compare(first, second),
        (Part.KEPT, old[len(old) - tail :]),
    ]
    return tuple(Passage(part, "".join(words)) for part, words in found if words)


def is_rewritten(passages: tuple[Passage, ...]) -> bool:
    """Whether the two texts have no word in common: then they are two texts, and no edit of one."""
    kept = (passage.text for passage in passages if passage.part is Part.KEPT)
    return not any(char.isalnum() for text in kept for char in text)


def _compare(old: list[str], new: list[str]) -> Iterator[tuple[Part, list[str]]]:
    if len(old) + len(new) > MAX_WORDS:
        yield from ((Part.GONE, old), (Part.NEW, new))
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for name, start, end, other_start, other_end in matcher.get_opcodes():
        if name == "equal":
            yield Part.KEPT, old[start:end]
            continue
        yield Part.GONE, old[start:end]
        yield Part.NEW, new[other_start:other_end]


def _count_equal(one: list[str], other: list[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
