"""Intervals of shares, by what others have published."""

import pytest

from services.replay.comparison.interval import PairedCounts, find_difference, find_share


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_a_share_s_is_wilson_s(count: int, total: int, low: float, high: float) -> None:
    """Newcombe, Stat. Med. 17 (1998), 857: his table I."""
    found = find_share(count, total)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((1, 1, 7, 12), -0.5069, -0.0256),
        ((59, 6, 16, 80), -0.1186, -0.0046),
        ((0, 0, 0, 0), -1.0, 1.0),
    ],
)
def test_a_difference_s_is_newcombe_s(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    """Fagerland, Lydersen and Laake, Stat. Med. 33 (2014), 2850: Bentur's data and Cavo's."""
    found = find_difference(PairedCounts(*counts))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize("total", [1, 20, 10_000])
def test_where_nothing_is_so_twice_there_may_be_no_difference(total: int) -> None:
    found = find_difference(PairedCounts(0, 0, 0, total))
    assert found.has_zero
    assert found.low == -found.high


@pytest.mark.parametrize("counts", [(3, 40, 2, 55), (0, 5, 0, 95), (50, 1, 9, 40), (7, 0, 0, 0)])
def test_exchanged_sides_give_the_opposite(counts: tuple[int, int, int, int]) -> None:
    both, first, second, neither = counts
    one = find_difference(PairedCounts(both, first, second, neither))
    other = find_difference(PairedCounts(both, second, first, neither))
    assert one == pytest.approx((-other.high, -other.low))
    assert one.low <= (first - second) / sum(counts) <= one.high


def test_a_higher_level_is_wider() -> None:
    counts = PairedCounts(3, 40, 2, 55)
    assert find_difference(counts, 0.999).low < find_difference(counts, 0.95).low
