"""Goes on with cells that differ in their numbers only, such as `7` or `V-101`."""

import re
from collections.abc import Iterator, Sequence
from itertools import count, pairwise

_NUMBERED = re.compile(r"([A-Za-z][A-Za-z _.#/-]{0,20})?(\d{1,9})")
_LEAST_CELLS = 3
"""Two numbers, one after the other, may be anything."""


def continue_numbers(cells: Sequence[str], total_rows: int) -> Iterator[str]:
    """Go on behind the last number; nothing where the cells differ in more.

    Args:
        total_rows: So many rows have numbers, also those that are not shown, counted on from the
            first.
    """
    matches = [match for match in map(_NUMBERED.fullmatch, cells) if match]
    if not matches or len(matches) < len(cells) or len({match[1] for match in matches}) > 1:
        return
    prefix, width = matches[0][1] or "", min(len(match[2]) for match in matches)
    numbers = [int(match[2]) for match in matches]
    first = max(*numbers, min(numbers) + total_rows - 1) + 1
    yield from (f"{prefix}{number:0{width}}" for number in count(first))


def is_numbering(cells: Sequence[str], total_rows: int) -> bool:
    """Whether cells count their rows: each is greater than the one before, and none is left out."""
    matches = [match for match in map(_NUMBERED.fullmatch, cells) if match]
    if len(matches) < max(len(cells), _LEAST_CELLS) or len({m[1] for m in matches}) > 1:
        return False
    numbers = [int(match[2]) for match in matches]
    is_dense = numbers[-1] - numbers[0] <= total_rows - 1
    return is_dense and all(one < next_ for one, next_ in pairwise(numbers))
