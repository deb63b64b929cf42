"""How sure a mean is: its 95 % interval, by drawing the values again and again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

DRAWS = 2000
SEED = 20261124
TAIL = 0.025


@dataclass(frozen=True)
class Estimate:
    """A mean, and the interval that holds 95 % of the means of drawn samples."""

    mean: float
    low: float
    high: float


def estimate_mean(values: Sequence[float], seed: int = SEED) -> Estimate | None:
    """Return the mean of the values with its interval; None without values."""
    if not values:
        return None
    rng = random.Random(seed)
    means = sorted(fmean(rng.choices(values, k=len(values))) for _ in range(DRAWS))
    cut = round(DRAWS * TAIL)
    return Estimate(fmean(values), means[cut], means[-cut - 1])
