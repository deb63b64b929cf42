"""Intervals of shares: Wilson's of one, Newcombe's of the difference of two over the same jobs.

E. B. Wilson, J. Am. Stat. Assoc. 22 (1927), 209; R. G. Newcombe, Stat. Med. 17 (1998), 2635, his
method 10. Both hold where shares are small, or 0, which the textbook's interval does not.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

SHOWN_LEVEL = 0.95


class Interval(NamedTuple):
    """From where to where a share, or a difference of two, may lie."""

    low: float
    high: float

    @property
    def has_zero(self) -> bool:
        """Whether there may be no difference at all."""
        return self.low <= 0.0 <= self.high


@dataclass(frozen=True)
class PairedCounts:
    """Of how many jobs something is so twice, the first time alone, the second alone, and never."""

    both: int
    first: int
    second: int
    neither: int

    @property
    def total(self) -> int:
        """How many jobs there are."""
        return self.both + self.first + self.second + self.neither

    @property
    def difference(self) -> float:
        """By how much the first share is larger, from -1 to 1; 0 of no jobs."""
        return (self.first - self.second) / self.total if self.total else 0.0


def find_share(count: int, total: int, level: float = SHOWN_LEVEL) -> Interval:
    """Wilson's interval of a share. Of nothing, anything may be the share."""
    if not total:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, of_z = count / total, z * z / total
    middle = share + of_z / 2
    half = z * sqrt(share * (1 - share) / total + of_z / (4 * total))
    low, high = (middle - half) / (1 + of_z), (middle + half) / (1 + of_z)
    return Interval(max(0.0, low) if count else 0.0, min(1.0, high) if count < total else 1.0)


def find_difference(counts: PairedCounts, level: float = SHOWN_LEVEL) -> Interval:
    """Newcombe's interval of the first share less the second one, over the same jobs."""
    total = counts.total
    if not total:
        return Interval(-1.0, 1.0)
    firsts, seconds = counts.both + counts.first, counts.both + counts.second
    first, second = find_share(firsts, total, level), find_share(seconds, total, level)
    below, above = firsts / total - first.low, first.high - firsts / total
    second_below, second_above = seconds / total - second.low, second.high - seconds / total
    phi = _correlate(counts)
    low = counts.difference - _add(below, second_above, phi)
    high = counts.difference + _add(above, second_below, phi)
    return Interval(max(-1.0, low), min(1.0, high))


def _add(one: float, other: float, phi: float) -> float:
    return sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))


def _correlate(counts: PairedCounts) -> float:
    """How much the two go together, from -1 to 1, with Newcombe's correction for continuity."""
    firsts, seconds = counts.both + counts.first, counts.both + counts.second
    product = firsts * (counts.total - firsts) * seconds * (counts.total - seconds)
    excess: float = counts.both * counts.neither - counts.first * counts.second
    if excess > 0:
        excess = max(0.0, excess - counts.total / 2)
    return excess / sqrt(product) if product else 0.0
