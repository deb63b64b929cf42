"""A quantile of a histogram is the one that Prometheus tells."""

import math

import pytest

from services.cli.explanation.quantile import find_quantile

COUNTS = {1.0: 10, 2.0: 30, math.inf: 40}


@pytest.mark.parametrize(
    ("counts", "share", "is_at_most"),
    [
        (COUNTS, 0.25, 1.0),
        (COUNTS, 0.125, 0.5),
        (COUNTS, 0.5, 1.5),
        (COUNTS, 0.75, 2.0),
        (COUNTS, 0.9, 2.0),
        ({1.0: 0, 2.0: 8, math.inf: 8}, 0.25, 1.25),
        ({1.0: 0, math.inf: 0}, 0.25, None),
        ({}, 0.25, None),
    ],
)
def test_within_a_bucket_observations_are_evenly_spread(
    counts: dict[float, int], share: float, is_at_most: float | None
) -> None:
    assert find_quantile(counts, share) == is_at_most
