"""The fields of a stage's answers: in how many of them each is another one, and what these are."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from services.replay.comparison.control import PairKey
from services.replay.comparison.pair import Pair, Verdict

POSITION = re.compile(r"/\d+(?=/|$)")


@dataclass(frozen=True)
class FieldCount:
    """What has become of one field, over all answers of a stage.

    Attributes:
        name: As in a path, without positions: `columns/name` is that of every column.
        counts: Of answers. One in which the field is as before is the same, whatever else differs.
        cells: Of its values, how many differ.
    """

    name: str
    counts: Counter[Verdict]
    cells: int


@lru_cache(maxsize=4096)
def name_field(path: str) -> str:
    """The field that a value is of, whichever item of a list it is in.

    Of ten thousand answers most paths are the same few, and so their names are in memory once.
    """
    return POSITION.sub("", path)


def count_fields(
    pairs: Collection[Pair], differing: Mapping[PairKey, Counter[str]]
) -> tuple[FieldCount, ...]:
    """Count the fields that differ in any pair, that with the most values first.

    Args:
        pairs: Of one stage.
        differing: How many values of which field differ, by the pair; nothing of one that does not.
    """
    cells = Counter[str]()
    for pair in pairs:
        if pair.key in differing:
            cells.update(differing[pair.key])
    order = sorted(cells, key=lambda name: (-cells[name], name))
    return tuple(FieldCount(name, _count(pairs, differing, name), cells[name]) for name in order)


def _count(
    pairs: Iterable[Pair], differing: Mapping[PairKey, Counter[str]], name: str
) -> Counter[Verdict]:
    return Counter(
        pair.verdict if _is_counted(pair, differing, name) else Verdict.SAME for pair in pairs
    )


def _is_counted(pair: Pair, differing: Mapping[PairKey, Counter[str]], name: str) -> bool:
    """Whether a pair says of the field what it says as a whole: where it has no two to compare."""
    if pair.before is None or pair.now is None:
        return True
    return name in differing.get(pair.key, ())
